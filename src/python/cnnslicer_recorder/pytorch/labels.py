"""Which class a sample has, from what passes: never a guess, since one that mislabels is worse than none."""

from .calls import leaves_of

# Nodes between the loss that is differentiated and the one that has the targets: sums, scalings, casts.
_NEAR = 24
_LOSSES = {
    "NllLossBackward": "CrossEntropyLoss",
    "NllLoss2DBackward": "CrossEntropyLoss",
    "BinaryCrossEntropyWithLogitsBackward": "BCEWithLogitsLoss",
    "BinaryCrossEntropyBackward": "BCELoss",
    "MseLossBackward": "MSELoss",
    "L1LossBackward": "L1Loss",
    "SmoothL1LossBackward": "SmoothL1Loss",
    "HuberLossBackward": "HuberLoss",
    "KlDivBackward": "KLDivLoss",
}


def class_list(torch, tensor, size):
    """Classes of `size` samples; None if the tensor holds none."""
    if not isinstance(tensor, torch.Tensor) or tensor.dtype == torch.bool or tensor.is_complex():
        return None
    if not size or tensor.shape[:1] != (size,) or tensor.numel() != size:
        return None
    values = tensor.detach().reshape(-1).tolist()
    if tensor.is_floating_point():
        if any(value not in (0.0, 1.0) for value in values):
            return None
        values = [int(value) for value in values]
    return values if all(-1 <= value < 2**31 for value in values) else None


def from_keyword(torch, kwargs, size):
    given = kwargs.get("labels")
    is_whole = isinstance(given, torch.Tensor) and not given.is_floating_point()
    return class_list(torch, given, size) if is_whole else None


def from_batches(torch, batches, inputs, size):
    """Of the batch that has the model's input: its only other leaf of classes. (labels, whether the batch is there)."""
    for batch in reversed(batches):
        leaves = [leaf for leaf in leaves_of_batch(torch, batch) if isinstance(leaf, torch.Tensor)]
        own = [leaf for leaf in leaves if any(_is_same(torch, leaf, given) for given in inputs)]
        if not own:
            continue
        others = [leaf for leaf in leaves if not any(leaf is mine for mine in own)]
        whole = [leaf for leaf in others if not leaf.is_floating_point()]
        found = [labels for labels in (class_list(torch, leaf, size) for leaf in whole or others) if labels is not None]
        return (found[0] if len(found) == 1 else None), True
    return None, False


def leaves_of_batch(torch, batch):
    if hasattr(batch, "data") and isinstance(getattr(batch, "data", None), dict):
        batch = batch.data
    return leaves_of(torch, batch)[0]


def _is_same(torch, leaf, given):
    """The same memory, or the same values after a cast, a reshape or a move to a device."""
    if leaf.numel() != given.numel() or not leaf.numel() or leaf.shape[:1] != given.shape[:1]:
        return False
    if leaf.device == given.device and leaf.data_ptr() == given.data_ptr() and leaf.dtype == given.dtype:
        return True
    if leaf.dtype == given.dtype and leaf.device == given.device:
        return torch.equal(leaf.detach().reshape(-1), given.detach().reshape(-1))
    if not (leaf.is_floating_point() and given.is_floating_point()):
        return False
    near = leaf.detach().reshape(-1).to(given.dtype).cpu()
    return torch.equal(near, given.detach().reshape(-1).cpu())


def losses_in(loss):
    """[(name, node)]: losses with targets that a value is made of, seen from its autograd graph."""
    found = []
    queue = [loss.grad_fn]
    seen = set()
    while queue and len(seen) < _NEAR:
        node = queue.pop(0)
        if node is None or node in seen:
            continue
        seen.add(node)
        name = node.name().rstrip("0123456789")
        if name in _LOSSES:
            found.append((_LOSSES[name], node))
        else:
            queue.extend(following for following, _ in node.next_functions)
    return found


def belongs_to(node, answer_node):
    """Whether a loss is of a model's output: only log-softmax, casts and reshapes lie between."""
    queue = [node]
    for _ in range(12):
        if not queue:
            return False
        current = queue.pop(0)
        if current == answer_node:
            return True
        queue.extend(following for following, _ in current.next_functions if following is not None)
    return False


def targets_of(torch, node, size):
    """The classes that a cross-entropy was given, −100 (ignored) as −1; None: none, or freed already."""
    try:
        target = node._saved_target
    except (AttributeError, RuntimeError):
        return None
    is_whole = not target.is_floating_point()
    return class_list(torch, torch.where(target < 0, -1, target) if is_whole else target, size)
