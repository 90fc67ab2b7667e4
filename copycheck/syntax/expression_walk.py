"""Walks over expressions in the order in which Python runs them, and tells the scopes what these bind and use.

Types are among them: strings in annotations, and in the brackets of what `typing` has.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from copycheck.syntax.scopes import Scopes

# fmt: off
_OF_TYPES = frozenset((
    "AbstractSet", "Annotated", "AsyncContextManager", "AsyncGenerator", "AsyncIterable",
    "AsyncIterator", "Awaitable", "Callable", "ChainMap", "ClassVar", "Collection",
    "Concatenate", "Container", "ContextManager", "Coroutine", "Counter", "DefaultDict",
    "Deque", "Dict", "Final", "FrozenSet", "Generator", "Generic", "Iterable", "Iterator", "List",
    "Mapping", "MutableMapping", "MutableSequence", "MutableSet", "NotRequired", "Optional",
    "OrderedDict", "Protocol", "ReadOnly", "Required", "Sequence", "Set", "Tuple", "Type",
    "TypeGuard", "TypeIs", "Union", "Unpack",
))
# fmt: on
"""What takes types in brackets: a string there names a type, outside of annotations too."""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class ExpressionWalk(Scopes):
    """The scopes, and what expressions bind and use in them."""

    def _visit_all(self, nodes: Iterable[ast.expr]) -> None:
        for node in nodes:
            self._visit(node)

    def _visit(self, node: ast.expr) -> None:
        handler = _EXPRESSIONS.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self._children(node)

    def _children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._visit(child)
            else:
                self._part(child)

    def _part(self, node: ast.AST) -> None:
        """What is neither an expression nor a statement: it is looked through for some."""
        self._children(node)

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._load(node.id, node.lineno)
        else:
            self._bind(node.id, node.lineno)

    def _lambda(self, node: ast.Lambda) -> None:
        self._signature(node.args)
        self._postpone(partial(self._body_of_lambda, node))

    def _body_of_lambda(self, node: ast.Lambda) -> None:
        self._enter_function(node)
        self._visit(node.body)

    def _enter_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """Enter the scope of a function, in which its parameters are bound."""
        self._inside("function", node)
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in every:
            if argument is not None:
                self._bind(argument.arg, argument.lineno)

    def _signature(self, arguments: ast.arguments) -> None:
        every = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
        for argument in every:
            if argument is not None and argument.annotation is not None:
                self._annotation(argument.annotation)
        self._visit_all([*arguments.defaults, *(default for default in arguments.kw_defaults if default)])

    def _walrus(self, node: ast.NamedExpr) -> None:
        self._visit(node.value)
        inner = self.scope
        while self.scope.kind == "comprehension" and self.scope.parent is not None:
            self.scope = self.scope.parent
        self._bind(node.target.id, node.lineno)
        self.scope = inner

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self._visit(node.generators[0].iter)
        self._inside("comprehension", node)
        for number, generator in enumerate(node.generators):
            if number:
                self._visit(generator.iter)
            self._visit(generator.target)
            self._visit_all(generator.ifs)
        self._visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._leave()

    # Types

    def _annotation(self, node: ast.expr) -> None:
        if self.annotations_later:
            self._postpone(partial(self._visit, node), is_type=True, forward=True)
            return
        self._as_type(node)

    def _as_type(self, node: ast.expr, is_type: bool = True) -> None:
        before, self._in_type = self._in_type, is_type
        self._visit(node)
        self._in_type = before

    def _constant(self, node: ast.Constant) -> None:
        if not self._in_type or not isinstance(node.value, str):
            return
        try:
            tree = ast.parse(f"({node.value})", mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return
        for part in ast.walk(tree):
            if isinstance(part, (ast.expr, ast.arg)):
                part.lineno = part.end_lineno = node.lineno
        self._postpone(partial(self._visit, tree.body), is_type=True, forward=True)

    def _name_in_typing(self, node: ast.expr) -> str:
        """What an expression is called in `typing`; empty where it is nothing of that."""
        if isinstance(node, ast.Name):
            return self.typing.get(node.id, "")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return node.attr if self.typing.get(node.value.id) == "" else ""
        return ""

    def _subscript(self, node: ast.Subscript) -> None:
        name = self._name_in_typing(node.value)
        self._visit(node.value)
        if name == "Literal":
            self._as_type(node.slice, False)
        elif name == "Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
            self._as_type(node.slice.elts[0])
            for rest in node.slice.elts[1:]:
                self._as_type(rest, False)
        else:
            self._as_type(node.slice, self._in_type or name in _OF_TYPES)

    def _call(self, node: ast.Call) -> None:
        name = self._name_in_typing(node.func)
        self._as_type(node.func, False)
        for number, argument in enumerate(node.args):
            is_type = (name == "cast" and number == 0) or (name in ("TypeVar", "NewType") and number > 0)
            self._as_type(argument, is_type)
        for keyword in node.keywords:
            self._as_type(keyword.value, name == "TypeVar" and keyword.arg == "bound")


_EXPRESSIONS: dict[type[ast.expr], Callable[[ExpressionWalk, Any], None]] = {
    ast.Name: ExpressionWalk._name,
    ast.Lambda: ExpressionWalk._lambda,
    ast.NamedExpr: ExpressionWalk._walrus,
    ast.Constant: ExpressionWalk._constant,
    ast.Subscript: ExpressionWalk._subscript,
    ast.Call: ExpressionWalk._call,
    **dict.fromkeys(_COMPREHENSIONS, ExpressionWalk._comprehension),
}
