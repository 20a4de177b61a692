"""heddlecc: compiles single-source CUDA for Heddle with a stock clang."""
