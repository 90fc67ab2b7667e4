"""Walks over statements in the order in which Python runs them, and tells the scopes what these bind and use."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from copycheck.syntax.expression_walk import ExpressionWalk
from copycheck.syntax.scopes import ScopeKind

_TYPING_MODULES = frozenset({"typing", "typing_extensions"})


class Walk(ExpressionWalk):
    """All scopes of a tree, and the uses that none of them binds.

    `enters` says whose function bodies are looked into.
    """

    def __init__(
        self,
        tree: ast.Module,
        kind: ScopeKind = "module",
        annotations_later: bool = False,
        enters: Callable[[ast.FunctionDef | ast.AsyncFunctionDef], bool] = lambda node: True,
        typing: Mapping[str, str] = {},
    ) -> None:
        """`kind` is that of the scope that the tree is in.

        `annotations_later` says that nothing evaluates annotations, as `from __future__ import annotations` has it.
        `typing` names what the module has imported from `typing`: the name in it by the name here; empty for itself.
        """
        super().__init__(kind, annotations_later, typing)
        self._enters = enters
        self._branches = 0
        self._statements(tree.body)
        self._finish()

    def _statements(self, nodes: Iterable[ast.stmt]) -> None:
        for node in nodes:
            handler = _HANDLERS.get(type(node))
            if handler is not None:
                handler(self, node)
            else:
                self._children(node)

    def _part(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt):
            self._statements((node,))
        else:
            self._children(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all(node.decorator_list)
        is_generic = self._type_parameters(node)
        self._signature(node.args)
        if node.returns is not None:
            self._annotation(node.returns)
        if self._enters(node):
            self._postpone(partial(self._body_of, node))
        if is_generic:
            self._leave()
        self._bind(node.name, node.end_lineno or node.lineno)

    def _body_of(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._enter_function(node)
        self._statements(node.body)

    def _class(self, node: ast.ClassDef) -> None:
        self._visit_all(node.decorator_list)
        is_generic = self._type_parameters(node)
        self._visit_all([*node.bases, *(keyword.value for keyword in node.keywords)])
        self._inside("class", node)
        self._statements(node.body)
        self._leave()
        if is_generic:
            self._leave()
        self._bind(node.name, node.end_lineno or node.lineno)

    def _type_parameters(self, node: ast.stmt) -> bool:
        """Enter the scope of the type parameters of a definition; whether it has any."""
        parameters: Sequence[ast.AST] = getattr(node, "type_params", ())
        if not parameters:
            return False
        self._inside("type", node)
        for parameter in parameters:
            self._bind(parameter.name, node.lineno)  # type: ignore[attr-defined]
        for parameter in parameters:
            for name in ("bound", "default_value"):
                if (value := getattr(parameter, name, None)) is not None:
                    self._postpone(partial(self._visit, value), is_type=True)
        return True

    def _type_alias(self, node: ast.stmt) -> None:
        is_generic = self._type_parameters(node)
        self._postpone(partial(self._visit, node.value), is_type=True)  # type: ignore[attr-defined]
        if is_generic:
            self._leave()
        self._visit(node.name)  # type: ignore[attr-defined]

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            if alias.name in _TYPING_MODULES:
                self.typing[name] = ""
            self._bind(name, node.lineno)

    def _import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if node.module == "__future__" and not node.level and alias.name == "annotations":
                self.annotations_later = True
            if alias.name == "*":
                self.scope.has_star = True
                continue
            if node.module in _TYPING_MODULES and not node.level:
                self.typing[alias.asname or alias.name] = alias.name
            self._bind(alias.asname or alias.name, node.lineno)

    def _assign(self, node: ast.Assign) -> None:
        self._visit(node.value)
        self._visit_all(node.targets)

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._load(node.target.id, node.target.lineno)
        self._visit(node.value)
        self._visit(node.target)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if self.scope.kind == "function":
            self._as_type(node.annotation)
        else:
            self._annotation(node.annotation)
        if node.value is not None:
            is_alias = self._name_in_typing(node.annotation) == "TypeAlias"
            self._as_type(node.value, self._in_type or is_alias)
            self._visit(node.target)
        elif isinstance(node.target, ast.Name):
            self.scope.declared.add(node.target.id)
        else:
            self._visit(node.target)

    def _loop(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit(node.iter)
        self._visit(node.target)
        self._branch([*node.body, *node.orelse])

    def _conditional(self, node: ast.If | ast.While) -> None:
        self._visit(node.test)
        self._branch([*node.body, *node.orelse])

    def _branch(self, nodes: Sequence[ast.stmt]) -> None:
        self._branches += 1
        self._statements(nodes)
        self._branches -= 1

    def _try(self, node: ast.Try) -> None:
        is_guarded = any(_catches_name_error(handler.type) for handler in node.handlers)
        self._guarded += is_guarded
        self._branch(node.body)
        self._guarded -= is_guarded
        for handler in node.handlers:
            self._handler(handler)
        self._branch([*node.orelse, *node.finalbody])

    def _handler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self._visit(node.type)
        if node.name is None:
            self._branch(node.body)
            return
        was_bound = node.name in self.scope.bound
        self._bind(node.name, node.lineno)
        self._branch(node.body)
        if not was_bound:
            self.scope.bound.pop(node.name, None)

    def _match(self, node: ast.Match) -> None:
        self._visit(node.subject)
        for case in node.cases:
            self._pattern(case.pattern)
            if case.guard is not None:
                self._visit(case.guard)
            self._branch(case.body)

    def _pattern(self, node: ast.pattern) -> None:
        for part in ast.walk(node):
            name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
            if isinstance(name, str):
                self._bind(name, node.lineno)
            for child in ast.iter_child_nodes(part):
                if isinstance(child, ast.expr):
                    self._visit(child)

    def _global(self, node: ast.Global) -> None:
        if self.scope is self.top:
            return
        for name in node.names:
            self.scope.globals.add(name)
            self._globals.add(name)
            self._bind(name, node.lineno)

    def _nonlocal(self, node: ast.Nonlocal) -> None:
        """The names are those of a scope around this one."""

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
                if not isinstance(part, ast.Name):
                    self._visit(part)
                    continue
                if part.id not in self.scope.bound:
                    self._load(part.id, part.lineno)
                elif not self._branches:
                    del self.scope.bound[part.id]


def _catches_name_error(node: ast.expr | None) -> bool:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(part, ast.Name) and part.id == "NameError" for part in parts)


_HANDLERS: dict[type[ast.stmt], Callable[[Walk, Any], None]] = {
    ast.FunctionDef: Walk._function,
    ast.AsyncFunctionDef: Walk._function,
    ast.ClassDef: Walk._class,
    ast.Import: Walk._import,
    ast.ImportFrom: Walk._import_from,
    ast.Assign: Walk._assign,
    ast.AugAssign: Walk._augmented,
    ast.AnnAssign: Walk._annotated,
    ast.For: Walk._loop,
    ast.AsyncFor: Walk._loop,
    ast.If: Walk._conditional,
    ast.While: Walk._conditional,
    ast.Try: Walk._try,
    ast.Match: Walk._match,
    ast.Global: Walk._global,
    ast.Nonlocal: Walk._nonlocal,
    ast.Delete: Walk._delete,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = Walk._try
if hasattr(ast, "TypeAlias"):
    _HANDLERS[ast.TypeAlias] = Walk._type_alias
