"""How much a file from outside may ask for; every limit and its reason, in one table."""

from __future__ import annotations

from typing import Final

KIB: Final = 2**10
MIB: Final = 2**20
GIB: Final = 2**30

# The file ------------------------------------------------------------------------------

# More weights than any picture decoder that a desktop can run live; fits in memory twice.
MAX_FILE_BYTES: Final = GIB

# A .keras archive ----------------------------------------------------------------------

# Keras writes three; one more for each asset of a layer.
MAX_ARCHIVE_MEMBERS: Final = 64
# A list of 64 members is a few KiB; zipfile makes records of all that it is told of.
MAX_ARCHIVE_DIRECTORY_BYTES: Final = 64 * KIB
# The longest name that Keras writes is model.weights.h5.
MAX_MEMBER_NAME_CHARS: Final = 256
# Trained weights hardly pack at all, a model of zeros a thousand times smaller.
MAX_EXPANSION: Final = 200
# Below this an archive of zeros does no harm: a fresh model has zeros in plenty.
FREE_EXPANSION_BYTES: Final = 64 * MIB

# config.json, or the model_config attribute of HDF5 -------------------------------------

# 800 layers take about 1 MiB.
MAX_CONFIG_BYTES: Final = 16 * MIB
# A nested model takes about ten levels; Python's parser recurses.
MAX_JSON_DEPTH: Final = 100
# Longer numbers are no setting of a layer, and turning digits to numbers takes their square.
MAX_NUMBER_CHARS: Final = 64

# The graph -----------------------------------------------------------------------------

# The largest of keras.applications, EfficientNetV2-L, has 1,029 and is no decoder; U-Nets and
# StyleGAN-like decoders stay below 400.
MAX_LAYERS: Final = 800
# Autoencoders nest two or three; every level costs recursion in Keras.
MAX_NESTED_MODELS: Final = 8
# Models called twice by models called twice: a small file whose first call never ends.
MAX_LAYER_CALLS: Final = 10_000
# What calls take and give, all together: a dense network of 400 layers, each fed by all before.
MAX_TENSORS: Final = 100_000
# A model's inputs, and its outputs: each is looked at beside all others.
MAX_ENDS: Final = 256
# Units, filters and sizes: 65,536 is a picture of 256 × 256, or the widest of real Dense layers.
MAX_INTEGER: Final = 65_536
# A vocabulary or a table of codes.
MAX_EMBEDDING: Final = 1_000_000
# Names and words among the settings; longer ones are payloads.
MAX_STRING_CHARS: Final = 256
# A batch of volumes with channels has 5.
MAX_RANK: Final = 6

# HDF5 ----------------------------------------------------------------------------------

# 800 layers of 8 weights, each in its group of groups.
MAX_HDF5_OBJECTS: Final = 20_000
# Keras nests a group for a model, its list, a layer, a wrapper and its list.
MAX_HDF5_DEPTH: Final = 64
# Longest path from the root to a weight; links' names are the file's.
MAX_HDF5_PATH_CHARS: Final = 2048
# Lists of names come in parts of 64 KiB.
MAX_HDF5_LIST_PARTS: Final = 100
# Names of one list; the names of 20,000 weights.
MAX_HDF5_NAMES_BYTES: Final = 4 * MIB
# Texts of variable length in a file: names, and what somebody else keeps beside them.
MAX_HDF5_TEXTS: Final = 100_000
# Chunked and packed weights of zeros pack well; real ones do not.
MAX_HDF5_EXPANSION: Final = 50
# h5py makes chunks of 16 KiB and more; 1 GiB of these. Keras writes none.
MAX_HDF5_CHUNKS: Final = 65_536
# Below this a declared size does no harm.
FREE_HDF5_EXPANSION_BYTES: Final = 16 * MIB
# A file of this size holds no more than itself.
MAX_WEIGHTS_BYTES: Final = GIB

# Activations, by a batch of one, before the first call -----------------------------------

# 64 M float32 are 256 MiB: an 8-megapixel picture with 8 channels.
MAX_ACTIVATION_ELEMENTS: Final = 64 * 2**20
# All layers' together; with gradients they are all held at once: 1 GiB of float32.
MAX_ACTIVATIONS_ELEMENTS: Final = 256 * 2**20

# The engine process ----------------------------------------------------------------------

# Address space beyond what TensorFlow has mapped: weights twice, activations and threads' stacks.
ENGINE_MEMORY_BYTES: Final = 3 * GIB
# CPU and wall time of load and first call: the slowest real model takes a few seconds.
OPENING_SECONDS: Final = 30

# Data, pictures and sessions ---------------------------------------------------------------

# All of CIFAR-10 as float32 is 0.7 GiB; larger sets are to be cut to a sample.
MAX_DATA_BYTES: Final = 2 * GIB
# Handwritten digits pack five times smaller, mostly empty pictures fifty times; an array of
# zeros packs a thousand times smaller.
MAX_DATA_EXPANSION: Final = 200
# An archive of arrays has a handful; thousands are pictures one by one.
MAX_DATA_ARRAYS: Final = 1024
# zipfile makes records of all of it before they can be counted.
MAX_DATA_DIRECTORY_BYTES: Final = MIB
# As numpy has it; the header of an array has some hundred.
MAX_ARRAY_HEADER_BYTES: Final = 10_000
# ImageNet's training pictures are 1.3 million, and nobody shows all of them.
MAX_FOLDER_FILES: Final = 1_000_000
# No scan or photograph of a digit needs more.
MAX_PICTURE_FILE_BYTES: Final = 64 * MIB
# A camera's largest picture; 192 MiB as RGB.
MAX_PICTURE_PIXELS: Final = 64 * 10**6
# Thousands of strokes and bookmarks.
MAX_SESSION_BYTES: Final = 16 * MIB
# Lists and records together: bounds the memory that parsing takes.
MAX_SESSION_ITEMS: Final = 1_000_000
