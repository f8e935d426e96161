import torch

from training.shape import Shape, new_model


def test_fresh_weights_already_lean_towards_what_followed_in_the_input() -> None:
    torch.manual_seed(1)
    model = new_model(Shape(), vocabulary=1200)
    model.train(mode=False)
    name = [700, 811, 922, 633]
    seen = torch.tensor([[400, 410, 420, *name, 430, 440, 2]])
    with torch.no_grad():
        logits = model(input_ids=seen, decoder_input_ids=torch.tensor([[1, 450, *name]])).logits[0]

    for place, piece in enumerate(name[1:], start=2):
        better = int((logits[place] > logits[place, piece]).sum())
        assert better < 5  # of 1,200; only the piece itself and its like stand before it
