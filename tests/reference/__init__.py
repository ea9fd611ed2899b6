"""A slow, plain, second engine: written from docs/semantics.md alone, compared with the fast one on random worlds."""
