"""Values of tensors as memory that the channel sends, without NumPy."""

import ctypes


def float_buffer(torch, tensor, copy=False):
    """float32, contiguous, on the CPU; without `copy` it may be the tensor's own memory."""
    values = tensor.detach().resolve_conj() if tensor.is_complex() else tensor.detach()
    if values.is_complex():
        values = values.abs()
    if values.layout != torch.strided:
        values = values.to_dense()
    if values.is_quantized:
        values = values.dequantize()
    values = values.to(device="cpu", dtype=torch.float32, copy=copy).contiguous()
    return _memory(values)


def raw_bytes(torch, tensor):
    values = tensor.detach().contiguous()
    return bytes(_memory(values))


def _memory(values):
    size = values.numel() * values.element_size()
    if not size:
        return memoryview(b"")
    memory = (ctypes.c_char * size).from_address(values.data_ptr())
    memory.owner = values
    return memoryview(memory).cast("B")
