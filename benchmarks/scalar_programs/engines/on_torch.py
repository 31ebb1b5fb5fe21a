"""PyTorch, eager, on the arrays of a whole batch."""

import torch

from scalar_programs.systems import of_torch


def prepare(work, batch):
    """Loss and gradient of the mean; the arrays of the batch are shared, not copied."""
    torch.set_num_threads(1)
    theta = torch.tensor(work.start, dtype=torch.float64, requires_grad=True)
    batch = [torch.from_numpy(array) for array in batch]
    if work.arrays is not None:
        arrays = work.arrays

        def losses():
            return arrays(of_torch, theta, *batch)

    else:

        def losses():
            columns = [x if x.ndim == 1 else list(x.unbind(-1)) for x in batch]
            return work.scalars(of_torch, theta.unbind(), *columns)

    def call():
        loss = losses().mean()
        return loss, torch.autograd.grad(loss, theta)[0]

    def result():
        loss, gradient = call()
        return loss.item(), gradient.numpy()

    return call, result
