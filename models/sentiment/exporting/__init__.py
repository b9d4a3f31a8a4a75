"""Makes a folder of the onnx scorer out of a torch classifier."""
