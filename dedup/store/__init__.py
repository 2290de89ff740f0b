"""The only package that touches the disk: readers, outputs, history."""
