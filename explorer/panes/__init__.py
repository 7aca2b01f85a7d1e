"""One file a feature: a widget wired to the Session. Panes never import each other."""
