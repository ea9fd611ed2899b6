"""The version, in a module of its own: whoever stores it need not know the public list, which knows everything."""

VERSION = "0.1.0"
