def linear(weights, states):
    return [sum(w * s for w, s in zip(row, states)) for row in weights]
