//! Reserved words, in the order of their bytes.

/// Of the languages with braces. A word that only some of them reserve is taken as reserved in all, which costs nothing but
/// that such a name counts as itself.
#[rustfmt::skip]
pub(super) const BRACES: &[&str] = &[
    "abstract", "as", "async", "await", "base", "bool", "boolean", "break", "byte", "case", "catch", "chan",
    "char", "class", "const", "continue", "crate", "debugger", "decimal", "def", "default", "defer",
    "delegate", "delete", "do", "double", "dyn", "else", "enum", "event", "explicit", "export", "extends",
    "extension", "extern", "fallthrough", "false", "final", "finally", "fixed", "float", "fn", "for",
    "foreach", "fun", "func", "function", "go", "goto", "guard", "if", "impl", "implements", "implicit",
    "import", "in", "instanceof", "int", "interface", "internal", "is", "let", "lock", "long", "loop",
    "match", "mod", "move", "mut", "namespace", "new", "nil", "null", "object", "operator", "out",
    "override", "package", "params", "private", "protected", "protocol", "pub", "public", "range",
    "readonly", "ref", "register", "return", "sbyte", "sealed", "select", "self", "short", "signed",
    "sizeof", "static", "string", "struct", "super", "switch", "synchronized", "template", "this", "throw",
    "throws", "trait", "true", "try", "typedef", "typeof", "uint", "ulong", "undefined", "union", "unsafe",
    "unsigned", "use", "using", "val", "var", "virtual", "void", "volatile", "when", "where", "while",
    "with", "yield",
];

/// Of Python, and `self`, which everybody calls so.
#[rustfmt::skip]
pub(super) const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "self", "try", "while", "with", "yield",
];

/// Of Ruby.
#[rustfmt::skip]
pub(super) const RUBY: &[&str] = &[
    "alias", "and", "begin", "break", "case", "class", "def", "defined", "do", "else", "elsif", "end",
    "ensure", "false", "for", "if", "in", "module", "next", "nil", "not", "or", "redo", "rescue", "retry",
    "return", "self", "super", "then", "true", "undef", "unless", "until", "when", "while", "yield",
];

/// Of SQL and of what databases add to it, in upper case, as they are compared.
#[rustfmt::skip]
pub(super) const SQL: &[&str] = &[
    "ADD", "ALL", "ALTER", "AND", "ANY", "AS", "ASC", "BEGIN", "BETWEEN", "BY", "CASE", "CAST", "CHECK",
    "COLUMN", "COMMIT", "CONSTRAINT", "CREATE", "CROSS", "DECLARE", "DEFAULT", "DELETE", "DESC", "DISTINCT",
    "DROP", "ELSE", "END", "EXEC", "EXECUTE", "EXISTS", "FETCH", "FOR", "FOREIGN", "FROM", "FULL",
    "FUNCTION", "GO", "GRANT", "GROUP", "HAVING", "IF", "IN", "INDEX", "INNER", "INSERT", "INTO", "IS",
    "JOIN", "KEY", "LEFT", "LIKE", "LIMIT", "MERGE", "NOT", "NULL", "OFFSET", "ON", "OR", "ORDER", "OUTER",
    "OVER", "PARTITION", "PRIMARY", "PROC", "PROCEDURE", "REFERENCES", "RETURN", "RETURNS", "RIGHT",
    "ROLLBACK", "SELECT", "SET", "TABLE", "THEN", "TOP", "TRANSACTION", "TRIGGER", "UNION", "UNIQUE",
    "UPDATE", "USING", "VALUES", "VIEW", "WHEN", "WHERE", "WHILE", "WITH",
];
