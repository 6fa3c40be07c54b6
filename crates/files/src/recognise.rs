//! From TOML to the language's tables: unknown, misplaced and missing keys are found here.

use crate::language::{Inner, Key, Need, Shape, Table, When};
use crate::node::{Entry, InnerNode, Item, Node};
use crate::place::Span;
use crate::reading::Reading;
use crate::value::{example, one_of, read, shortened};
use kedge_model::{Code, Fix, Slug, codes, nearest};
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The tables around the one being read, outermost first.
struct Around<'a> {
    outer: Option<&'a Around<'a>>,
    table: &'static Table,
    place: Where<'a>,
}

/// By what a table is known.
#[derive(Clone, Copy)]
enum Where<'a> {
    /// It is the file's top.
    Top,
    /// It stands in braces.
    Braces,
    /// It has a header: what kind, and its name where it has one.
    Header(&'static Inner, Option<&'a str>),
}

impl Around<'_> {
    /// Its header, `[[ask.x.fallback]]`; empty for the file's top. Made only where something is to be told.
    fn header(&self) -> String {
        match self.place {
            Where::Top => String::new(),
            Where::Braces => "{ … }".to_owned(),
            Where::Header(inner, name) => {
                let header = match self.outer {
                    Some(outer) => header(outer, inner),
                    None => String::new(),
                };
                match (name, inner.shape) {
                    (None, _) => header,
                    (Some(name), Shape::NamedList) => {
                        header.replace("\"TEAM/ASK\"", &format!("\"{}\"", shortened(name)))
                    }
                    (Some(name), _) => header.replace("NAME", &shortened(name)),
                }
            }
        }
    }
}

/// Reads a whole file.
pub(crate) fn file(reading: &mut Reading<'_>, table: &'static Table, raw: &DeTable<'_>) -> Node {
    let around = Around { outer: None, table, place: Where::Top };
    node(reading, &around, raw, &(0..0))
}

/// Reads a table in braces.
pub(crate) fn braces(reading: &mut Reading<'_>, table: &'static Table, raw: &DeTable<'_>, at: &Span) -> Node {
    let around = Around { outer: None, table, place: Where::Braces };
    node(reading, &around, raw, at)
}

fn node(reading: &mut Reading<'_>, around: &Around<'_>, raw: &DeTable<'_>, at: &Span) -> Node {
    let table = around.table;
    let mut node = Node::new(table);
    node.at = at.clone();
    node.entries.reserve(raw.len());
    // TOML tables are sets; people read files from the top.
    let mut pairs: Vec<(&Spanned<Cow<'_, str>>, &Spanned<DeValue<'_>>)> = raw.iter().collect();
    pairs.sort_by_key(|(name, _)| name.span().start);
    for (name, value) in pairs {
        if let Some(inner) = table.inner(name.get_ref()) {
            node.inner.extend(inside(reading, around, inner, name, value));
        } else if let Some(key) = table.key(name.get_ref()) {
            let chosen = key.name != name.get_ref().as_ref();
            if chosen && !chosen_name(reading, key, name) {
                continue;
            }
            let value_at = value.span();
            let read = read(reading, key, &key.kind, value);
            let name_text =
                if chosen { Cow::Owned(name.get_ref().to_string()) } else { Cow::Borrowed(key.name) };
            node.entries.push(Entry { key, name: name_text, at: name.span(), value_at, value: read });
        } else {
            unknown(reading, around, name, value);
        }
    }
    complete(reading, around, &node);
    node
}

/// Whether a name of the writer's choosing is allowed.
fn chosen_name(reading: &mut Reading<'_>, key: &Key, name: &Spanned<Cow<'_, str>>) -> bool {
    if key.name != "CODE" {
        return true;
    }
    match name.get_ref().parse::<Code>() {
        Ok(code) if code.to_string() == name.get_ref().as_ref() => true,
        Ok(code) => {
            let message = format!("`{}` is not how a rule's code is written", name.get_ref());
            reading.error(codes::UNKNOWN_KEY, &name.span(), message, Fix::advice(format!("write `{code}`")));
            false
        }
        Err(_) => {
            let message = format!("`{}` is not a rule's code", shortened(name.get_ref()));
            reading.error(codes::UNKNOWN_KEY, &name.span(), message, Fix::advice("write a code, `K101`"));
            false
        }
    }
}

fn inside(
    reading: &mut Reading<'_>,
    around: &Around<'_>,
    inner: &'static Inner,
    name: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> Option<InnerNode> {
    let mut items = Vec::new();
    let shape_error = |reading: &mut Reading<'_>, span: &Span| {
        let message = format!("`{}` is not written like this", inner.name);
        reading.error(
            codes::BAD_VALUE,
            span,
            message,
            Fix::advice(format!("begin it with `{}`", header(around, inner))),
        );
    };
    match (inner.shape, value.get_ref()) {
        (Shape::One, DeValue::Table(raw)) => {
            let node = nested(reading, around, inner, None, raw, &value.span());
            items.push(Item { name: String::new(), at: name.span(), nodes: vec![node] });
        }
        (Shape::List, DeValue::Array(array)) => {
            for one in array {
                match one.get_ref() {
                    DeValue::Table(raw) => {
                        let node = nested(reading, around, inner, None, raw, &one.span());
                        items.push(Item { name: String::new(), at: name.span(), nodes: vec![node] });
                    }
                    _ => shape_error(reading, &one.span()),
                }
            }
        }
        (Shape::Named | Shape::NamedList, DeValue::Table(raw)) => {
            let mut pairs: Vec<_> = raw.iter().collect();
            pairs.sort_by_key(|(name, _)| name.span().start);
            items.reserve(pairs.len());
            // `[outcome]` with the keys of an outcome, where `[outcome.NAME]` was meant.
            let forgotten = pairs.iter().any(|(name, value)| {
                !matches!(value.get_ref(), DeValue::Table(_)) && inner.table.key(name.get_ref()).is_some()
            });
            for (id, value) in pairs {
                let named = || {
                    let place = Where::Header(inner, Some(id.get_ref()));
                    Around { outer: Some(around), table: inner.table, place }.header()
                };
                match (inner.shape, value.get_ref()) {
                    (Shape::Named, DeValue::Table(raw)) => {
                        if !is_name(reading, id) {
                            continue;
                        }
                        let node = nested(reading, around, inner, Some(id.get_ref()), raw, &value.span());
                        items.push(Item { name: id.get_ref().to_string(), at: id.span(), nodes: vec![node] });
                    }
                    (Shape::NamedList, DeValue::Array(array)) => {
                        let mut nodes = Vec::with_capacity(array.len());
                        for one in array {
                            match one.get_ref() {
                                DeValue::Table(raw) => {
                                    nodes.push(nested(
                                        reading,
                                        around,
                                        inner,
                                        Some(id.get_ref()),
                                        raw,
                                        &one.span(),
                                    ));
                                }
                                _ => shape_error(reading, &one.span()),
                            }
                        }
                        if !nodes.is_empty() {
                            items.push(Item { name: id.get_ref().to_string(), at: id.span(), nodes });
                        }
                    }
                    (Shape::NamedList, DeValue::Table(_)) => {
                        let message = format!("an entry of `{}` needs double brackets", inner.name);
                        reading.error(
                            codes::BAD_VALUE,
                            &value.span(),
                            message,
                            Fix::advice(format!("write `{}`", named())),
                        );
                    }
                    (Shape::Named, DeValue::Array(_)) => {
                        let message = format!(
                            "`{}` comes once: it has single brackets",
                            named().trim_matches(['[', ']'])
                        );
                        reading.error(
                            codes::BAD_VALUE,
                            &value.span(),
                            message,
                            Fix::advice(format!("write `{}`", named())),
                        );
                    }
                    _ if forgotten => {
                        // One finding for a header without a name, not one for each of its keys.
                        let message = format!("this {} has no name", inner.name);
                        reading.error(
                            codes::BAD_VALUE,
                            &name.span(),
                            message,
                            Fix::advice(format!("write `{}`", header(around, inner))),
                        );
                        break;
                    }
                    _ => {
                        let message =
                            format!("`{}` is no table of `{}`", shortened(id.get_ref()), inner.name);
                        reading.error(
                            codes::BAD_VALUE,
                            &id.span(),
                            message,
                            Fix::advice(format!("write `{}`", header(around, inner))),
                        );
                    }
                }
            }
        }
        (_, _) => shape_error(reading, &name.span()),
    }
    (!items.is_empty()).then_some(InnerNode { inner, at: value.span(), items })
}

fn is_name(reading: &mut Reading<'_>, id: &Spanned<Cow<'_, str>>) -> bool {
    match Slug::new(id.get_ref()) {
        Ok(_) => true,
        Err(error) => {
            let error = kedge_model::LiteralError { cause: shortened(&error.cause), fix: error.fix };
            reading.literal(&id.span(), error, "use a–z, 0–9 and `-`");
            false
        }
    }
}

fn nested(
    reading: &mut Reading<'_>,
    around: &Around<'_>,
    inner: &'static Inner,
    name: Option<&str>,
    raw: &DeTable<'_>,
    at: &Span,
) -> Node {
    let around = Around { outer: Some(around), table: inner.table, place: Where::Header(inner, name) };
    node(reading, &around, raw, at)
}

/// `[ask.x.fallback]` for a table inside `[ask.x]`, in the brackets of its shape, with `NAME` for a name.
fn header(around: &Around<'_>, inner: &Inner) -> String {
    let outer = around.header();
    let outer = outer.trim_matches(['[', ']']);
    let dot = if outer.is_empty() { "" } else { "." };
    match inner.shape {
        Shape::One => format!("[{outer}{dot}{}]", inner.name),
        Shape::Named => format!("[{outer}{dot}{}.NAME]", inner.name),
        Shape::List => format!("[[{outer}{dot}{}]]", inner.name),
        Shape::NamedList => format!("[[{outer}{dot}{}.\"TEAM/ASK\"]]", inner.name),
    }
}

fn unknown(
    reading: &mut Reading<'_>,
    around: &Around<'_>,
    name: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) {
    let text = name.get_ref().as_ref();
    let shown = shortened(text);
    let span = name.span();
    let own = around.header();
    let place = if own.is_empty() {
        "at the top of this file".to_owned()
    } else if own.starts_with('{') {
        "in these braces".to_owned()
    } else {
        format!("in `{own}`")
    };
    // A header that is not closed, or a value that is not, makes keys stand where nobody put them.
    if !reading.whole {
        reading.suppressed += 1;
        return;
    }
    let written = crate::place::slice(reading.text, &value.span());
    let is_table = match value.get_ref() {
        DeValue::Table(_) => !written.starts_with('{'),
        DeValue::Array(array) => {
            array.first().is_some_and(|one| crate::place::slice(reading.text, &one.span()).starts_with("[["))
        }
        _ => false,
    };
    // A key that a table above knows was written after the header of one inside it.
    let mut above = around.outer;
    while let Some(outer) = above {
        if outer.table.key(text).is_some_and(|key| key.name == text) && !is_table {
            let message = format!("`{shown}` does not belong {place}");
            let home = if outer.header().is_empty() {
                "the top of the file, before the first `[`".to_owned()
            } else {
                format!("`{}`", outer.header())
            };
            let advice = format!("it belongs to {home}: move the line up, above `{own}`");
            reading.error(codes::UNKNOWN_KEY, &span, message, Fix::advice(advice));
            return;
        }
        above = outer.outer;
    }
    let noun = if is_table { "table" } else { "key" };
    let message = format!("there is no {noun} `{shown}` {place}");
    let known: Vec<&'static str> = if is_table && !around.table.tables.is_empty() {
        around.table.tables.iter().map(|inner| inner.name).collect()
    } else {
        around.table.names().collect()
    };
    let advice = if let Some(nearest) = nearest(text, known.iter().copied()) {
        format!("did you mean `{nearest}`?")
    } else if let Some(home) = elsewhere(around, text, is_table) {
        format!("`{shown}` belongs to {home}")
    } else if known.is_empty() {
        "leave it out".to_owned()
    } else {
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        format!("known here: {}", known.join(", "))
    };
    reading.error(codes::UNKNOWN_KEY, &span, message, Fix::advice(advice));
}

/// Where the name is known: in this kind of file if it is, else in others.
fn elsewhere(around: &Around<'_>, name: &str, is_table: bool) -> Option<String> {
    use crate::language::FileKind;
    let mut outermost = around;
    while let Some(outer) = outermost.outer {
        outermost = outer;
    }
    let this = FileKind::ALL.into_iter().find(|kind| std::ptr::eq(kind.table(), outermost.table));
    if !is_table && let Some(header) = this.and_then(|kind| holding(kind.table(), name)) {
        return Some(format!("`{header}`"));
    }
    let by_name = match this {
        Some(kind) if around.outer.is_none() => format!("; by its name, this file is `{}`", kind.pattern()),
        _ => String::new(),
    };
    // People know plans best, then teams.
    let order = [FileKind::Plan, FileKind::Team, FileKind::Answers].into_iter().chain(FileKind::ALL);
    for kind in order {
        let table = kind.table();
        if is_table {
            if table.inner(name).is_some() {
                return Some(format!("`{}`{by_name}", kind.pattern()));
            }
        } else if table.keys.iter().any(|key| key.name == name) {
            return Some(format!("the top of `{}`{by_name}", kind.pattern()));
        } else if let Some(header) = holding(table, name) {
            return Some(format!("`{header}` of `{}`{by_name}", kind.pattern()));
        }
    }
    None
}

/// The header of the table of a file that has this key.
fn holding(table: &'static Table, name: &str) -> Option<String> {
    let inner = table.tables.iter().find(|inner| inner.table.keys.iter().any(|key| key.name == name))?;
    Some(header(&Around { outer: None, table, place: Where::Top }, inner))
}

/// What must be there and is not, and what may not be there together.
fn complete(reading: &mut Reading<'_>, around: &Around<'_>, node: &Node) {
    let holds = |when: When| match node.entry(when.key) {
        None => false,
        Some(_) if when.values.is_empty() => true,
        Some(_) => node.word(when.key).is_some_and(|word| when.values.contains(&word)),
    };
    // Words for what is told; nearly always nothing is.
    let name = || match around.place {
        Where::Top => "this file".to_owned(),
        Where::Braces => "this".to_owned(),
        Where::Header(..) => format!("`{}`", around.header()),
    };
    for key in around.table.keys {
        let missing = match key.need {
            Need::Optional => false,
            Need::Required => !node.has(key.name),
            Need::When(when) => holds(when) && !node.has(key.name),
        };
        if missing && reading.whole {
            let why = match key.need {
                Need::When(when) => because(node, when),
                _ => String::new(),
            };
            let message = format!("{}{why} lacks `{}`", name(), key.name);
            let line = format!("{} = {}", key.name, example(&key.kind));
            reading.error(
                codes::MISSING_KEY,
                &node.at,
                message,
                Fix::lines(format!("add it: {}", key.doc.to_lowercase_first()), [line]),
            );
        }
        if let (Some(only), Some(entry)) = (key.only, node.entry(key.name))
            && !holds(only)
            // Where the other key was not understood, that is said already.
            && node.entry(only.key).is_none_or(|other| other.value.is_some())
        {
            let advice = if only.values.is_empty() {
                format!("it goes with `{}`: leave it out", only.key)
            } else {
                format!(
                    "it goes with `{} = {}`: leave it out, or correct that",
                    only.key,
                    one_of(only.values).replace('`', "")
                )
            };
            let message = format!("`{}` does not belong in {}{}", key.name, name(), because(node, only));
            reading.error(codes::UNKNOWN_KEY, &entry.at.clone(), message, Fix::advice(advice));
        }
    }
    let one_of = around.table.one_of;
    if !one_of.is_empty() {
        let there: Vec<&Entry> = one_of.iter().filter_map(|name| node.entry(name)).collect();
        let names = || one_of.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        match there[..] {
            [] if reading.whole => {
                let line =
                    around.table.key(one_of[0]).map(|key| format!("{} = {}", key.name, example(&key.kind)));
                let fix = Fix::lines(format!("add {}", names()), line);
                reading.error(
                    codes::MISSING_KEY,
                    &node.at,
                    format!("{} has neither {}", name(), names().replace(" or ", " nor ")),
                    fix,
                );
            }
            [_, second, ..] => {
                let at = second.at.clone();
                let message = format!("{} has both {}", name(), names().replace(" or ", " and "));
                reading.error(
                    codes::BAD_VALUE,
                    &at,
                    message,
                    Fix::advice("keep one of them; write a second entry for the other"),
                );
            }
            _ => {}
        }
    }
}

/// ` (kind = "hack")`: the value of the other key, where it is written.
fn because(node: &Node, when: When) -> String {
    match node.word(when.key) {
        Some(word) => format!(" with `{} = \"{word}\"`", when.key),
        None => String::new(),
    }
}

trait LowercaseFirst {
    fn to_lowercase_first(&self) -> String;
}
impl LowercaseFirst for str {
    fn to_lowercase_first(&self) -> String {
        let mut chars = self.chars();
        match chars.next() {
            Some(first) => first.to_lowercase().chain(chars).collect(),
            None => String::new(),
        }
    }
}
