"""What runs in the process of whoever calls it: a script or a notebook with Keras Models.

Nothing here is needed by the window, and nothing here needs Qt. Modules below
this package say ``from models.… import …`` as all others do, but get our package
under a private name: see :mod:`explorer.from_python.private_models`.
"""

from explorer.from_python.private_models import install

install()
