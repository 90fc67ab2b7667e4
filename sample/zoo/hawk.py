class HawkConfig:
    hidden_size = 32


# Copied from zoo.owl.OwlPooler with Owl->Hawk
class HawkPooler:
    """Takes the first token."""

    def __init__(self, config: HawkConfig):
        self.size = config.hidden_size

    def __call__(self, states):
        return states[0][: self.size]


# Copied from zoo.owl.owl_loss with owl->hawk
def hawk_loss(predicted, wanted):
    pairs = list(zip(predicted, wanted, strict=True))
    return sum((p - w) ** 2 for p, w in pairs) / len(pairs)
