"""Which class a sample has, by its target, and what the model's answers mean. Never a guess."""

from __future__ import annotations

_REGRESSION = ("mean_squared", "mean_absolute", "mse", "mae", "mape", "msle", "huber", "log_cosh", "poisson", "cosine")


def provisional(target, count):
    """Classes by target alone, −1 for unknown, so that as many samples of each class are kept."""
    if target is None or len(target) != count:
        return [-1] * count
    if target.ndim == 1 or (target.ndim == 2 and target.shape[1] == 1):
        flat = target.reshape(count)
        whole = bool((flat == flat.astype("int64")).all()) and bool((flat >= 0).all()) and bool((flat < 10_000).all())
        return flat.astype("int64").tolist() if whole else [-1] * count
    return _hot(target) if target.ndim == 2 else [-1] * count


def _hot(target):
    """The column of the one that stands out from others that are all the same (one-hot, smoothed); else −1."""
    import numpy

    largest = target.argmax(1)
    rest = numpy.sort(target.astype("float64"), axis=1)[:, :-1]
    fits = (rest.max(1) - rest.min(1) < 1e-6) & (rest.min(1) >= 0) & (target.max(1) - rest.max(1) > 0.4)
    return [int(place) if good else -1 for place, good in zip(largest, fits)]


def loss_name(loss):
    """Of a string, a function, an object, or the first of several; "unknown" without one."""
    if isinstance(loss, dict):
        loss = next(iter(loss.values()), None)
    elif isinstance(loss, (list, tuple)):
        loss = loss[0] if loss else None
    if loss is None:
        return "unknown"
    if isinstance(loss, str):
        return loss
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", None) or type(loss).__name__)


def gives_logits(loss):
    """Whether the loss says that it takes logits; None: it does not say."""
    if isinstance(loss, dict):
        loss = next(iter(loss.values()), None)
    elif isinstance(loss, (list, tuple)):
        loss = loss[0] if loss else None
    value = getattr(loss, "from_logits", None)
    if value is None:
        value = (getattr(loss, "_fn_kwargs", None) or {}).get("from_logits")
    return value if isinstance(value, bool) else None


def meaning(shape, targets, loss, activation):
    """(answers of `begin`, class by target), for answers of `shape` (of one sample).

    `targets`: those of the samples that are kept, or None for a sample without; `activation`: of the last layer.
    """
    name = loss_name(loss).lower()
    none = [-1] * len(targets)
    known = [target for target in targets if target is not None]
    if len(shape) > 1:
        reason = "the model answers with more than one value for each class" if "crossentropy" in name else None
        return {"form": "none", "reason": reason}, none
    if not known:
        return {"form": "none", "reason": "no targets were seen" if "crossentropy" in name else None}, none
    size = shape[0] if shape else 1
    if size == 1:
        return _one_answer(targets, name, activation, none)
    return _scores(targets, size, name, none)


def _one_answer(targets, name, activation, none):
    binary = "binary" in name or "bce" in name or (activation == "sigmoid" and not _is_regression(name))
    values = [target.reshape(-1) if target is not None else None for target in targets]
    if not binary:
        return {"form": "none", "reason": None}, none
    if any(value is not None and (value.size != 1 or value[0] not in (0, 1)) for value in values):
        return {"form": "none", "reason": "its targets are not 0 and 1"}, none
    return {"form": "probability"}, [-1 if value is None else int(value[0]) for value in values]


def _scores(targets, size, name, none):
    labels = []
    for target in targets:
        label = -1
        if target is not None and target.size == 1:
            value = float(target.reshape(-1)[0])
            if value != int(value) or not 0 <= value < size:
                return {"form": "none", "reason": None if _is_regression(name) else "its targets are no classes"}, none
            label = int(value)
        elif target is not None and target.shape == (size,):
            label = _hot(target.reshape(1, size))[0]
            if label < 0:
                reason = None if _is_regression(name) else "its targets mix classes"
                return {"form": "none", "reason": reason}, none
        elif target is not None:
            return {"form": "none", "reason": None}, none
        labels.append(label)
    return {"form": "scores", "classes": size}, labels


def _is_regression(name):
    return any(part in name for part in _REGRESSION)
