"""Records that users make: one store, one writer, every change whole or not at all."""
