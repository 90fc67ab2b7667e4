"""Two texts and the replacements between them."""

from __future__ import annotations

import pytest

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import print_options
from copycheck.suggestion.inference import Text, infer
from copycheck.suggestion.word_pairs import trim


@pytest.mark.parametrize(
    ("source", "copy", "options"),
    [
        ("x = bert(y)", "x = bert(y)", ""),
        ("x = bert(y)", "x = roberta(y)", "with bert->roberta"),
        ("BertModel(bert, BERT)", "RobertaModel(roberta, ROBERTA)", "with Bert->Roberta all-casing"),
        ("BertModel(bert)", "RobertaModel(roberta)", "with Bert->Roberta all-casing"),
        ("Bert(bert)", "XLMRoberta(roberta)", "with bert->roberta, Bert->XLMRoberta"),
        ("RobertaModel()", "XLMRobertaModel()", "with Roberta->XLMRoberta"),
        ("f(hidden_dim, dim)", "f(hidden_size, dim)", "with hidden_dim->hidden_size"),
        ("np.array + array", "jnp.array + array", "with np->jnp"),
        ("self.bert(albert)", "self.roberta(albert)", "with self.bert->self.roberta"),
        ("a = old.name", "a = new.old.name", "with old->new.old"),
        ("load('me/bert-base')", "load('you/bert-1k-large')", "with me/bert-base->you/bert-1k-large"),
        ("size('swin-base-192')", "size('swin-tiny-256')", "with base-192->tiny-256"),
        ("f(x, one)", "f(\n    x,\n    two,\n)", "with one->two"),
    ],
)
def test_the_shortest_replacements(source: str, copy: str, options: str) -> None:
    found = infer(Text(source), Text(copy), 3)
    assert found is not None
    assert print_options(found) == options
    if "\n" not in copy:
        assert apply_replacements(source, found) == copy


@pytest.mark.parametrize(
    ("source", "copy"),
    [
        ("f(1)", "f(2)"),
        ("f(x, strict=True)", "f(x, strict=False)"),
        ("a or b", "a and b"),
        ("one two three four", "un deux trois quatre"),
        ("f(a, b)", "f(b, a)"),
        ("f(a, b)", "f(a + b)"),
    ],
)
def test_what_is_no_copy(source: str, copy: str) -> None:
    found = infer(Text(source), Text(copy), 3)
    assert found is None or (apply_replacements(source, found) == copy and len(found) > 1)


@pytest.mark.parametrize(
    ("left", "right", "parts"),
    [
        ("BertLayer", "RobertaLayer", ("Bert", "Roberta")),
        ("RobertaLayer", "XLMRobertaLayer", ("Roberta", "XLMRoberta")),
        ("self_attn", "cross_attn", ("self", "cross")),
        ("conv1", "conv2", ("1", "2")),
        ("a", "b", ("a", "b")),
    ],
)
def test_the_parts_that_differ(left: str, right: str, parts: tuple[str, str]) -> None:
    assert trim(left, right) == parts
