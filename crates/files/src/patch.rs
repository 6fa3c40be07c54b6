//! From two states of a file's tables to changes of its text that touch nothing else.
//!
//! First what is there is changed and removed, then, on the text that results, what is new is put in its place.

mod matching;

pub(crate) use matching::subject;

use crate::language::{Shape, Type};
use crate::node::{Entry, InnerNode, Item, Node, Value};
use crate::place::Span;
use crate::render::{self, header, path_of, value_text};
use kedge_model::TeamId;
use matching::matched;
use std::ops::Range;

/// A part of a file is written in a form that cannot be changed in place.
#[derive(Debug)]
pub(crate) struct Unusual;

/// Keys that say the same thing in two ways: where one is written the others go.
const SAME: [&[&str]; 2] = [&["period", "from", "until"], &["field", "fields"]];

/// Keys whose default is another key's value: written though it is the default, one goes when the other changes.
const FOLLOWS: [(&str, &str); 3] = [("on", "since"), ("says", "since"), ("kind", "id")];

/// The text with what is in both states changed, and what is only in `before` removed.
pub(crate) fn change(
    text: &str,
    file: &Node,
    before: &Node,
    after: &Node,
    own: &TeamId,
) -> Result<String, Unusual> {
    let mut patch = Patch { text, own, edits: Vec::new() };
    patch.change(file, before, after, &[])?;
    patch.done()
}

/// The text with what is only in `after` put in its place.
pub(crate) fn add(
    text: &str,
    file: &Node,
    before: &Node,
    after: &Node,
    own: &TeamId,
) -> Result<String, Unusual> {
    let mut patch = Patch { text, own, edits: Vec::new() };
    patch.add(file, before, after, &[])?;
    patch.done()
}

struct Patch<'a> {
    text: &'a str,
    own: &'a TeamId,
    edits: Vec<(Range<usize>, String)>,
}

/// How a table is written.
#[derive(PartialEq)]
enum Form {
    /// The file's top.
    Top,
    /// With a header of its own.
    Header,
    /// In braces.
    Braces,
    /// As dotted keys.
    Dotted,
    /// Only through the tables inside it.
    Implied,
}

impl Patch<'_> {
    fn done(mut self) -> Result<String, Unusual> {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut text = String::with_capacity(self.text.len() + 256);
        let mut at = 0;
        let to_the_end =
            self.edits.last().is_some_and(|(range, with)| range.end == self.text.len() && with.is_empty());
        for (mut range, with) in self.edits {
            if range.start < at {
                // Two removals may share the empty lines between them.
                if !with.is_empty() || range.end < at {
                    return Err(Unusual);
                }
                range.start = at;
            }
            text.push_str(self.text.get(at..range.start).ok_or(Unusual)?);
            if newline == "\n" {
                text.push_str(&with);
            } else {
                text.push_str(&with.replace('\n', newline));
            }
            at = range.end;
        }
        text.push_str(self.text.get(at..).ok_or(Unusual)?);
        if to_the_end {
            text.truncate(text.trim_end().len());
            text.push_str(newline);
        }
        Ok(text)
    }

    fn form(&self, node: &Node, path: &[String]) -> Form {
        match self.text.as_bytes().get(node.at.start) {
            _ if path.is_empty() => Form::Top,
            Some(b'[') => Form::Header,
            Some(b'{') => Form::Braces,
            _ if node.entries.is_empty() => Form::Implied,
            _ => Form::Dotted,
        }
    }

    fn change(&mut self, file: &Node, before: &Node, after: &Node, path: &[String]) -> Result<(), Unusual> {
        if before == after {
            return Ok(());
        }
        if self.form(file, path) == Form::Braces {
            self.edits.push((file.at.clone(), render::braces(after, self.own)));
            return Ok(());
        }
        self.keys(file, before, after, path)?;
        for inner in &file.inner {
            let name = inner.inner.name;
            let (was, is) = (before.items(name), after.items(name));
            if was == is {
                continue;
            }
            if let Some(span) = self.list_in_brackets(inner) {
                let nodes: Vec<String> = is
                    .iter()
                    .flat_map(|item| &item.nodes)
                    .map(|node| render::braces(node, self.own))
                    .collect();
                self.edits.push((span, format!("[{}]", nodes.join(", "))));
                continue;
            }
            for triple in matched(inner, was, is, self.own)? {
                let Some(node) = triple.file else { continue };
                let mut path = path.to_vec();
                path.push(name.to_owned());
                path.extend((!triple.name.is_empty()).then(|| triple.name.clone()));
                match (triple.before, triple.after) {
                    (Some(before), Some(after)) => self.change(node, before, after, &path)?,
                    (Some(_), None) => self.remove(node, &path)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn keys(&mut self, file: &Node, before: &Node, after: &Node, path: &[String]) -> Result<(), Unusual> {
        for entry in &before.entries {
            if after.value(&entry.name).is_none()
                && let Some(written) = file.entry(&entry.name)
            {
                self.remove_key(written)?;
            }
        }
        for entry in &after.entries {
            let Some(value) = &entry.value else { continue };
            if before.value(&entry.name) == Some(value) {
                continue;
            }
            for (_, follower) in FOLLOWS.iter().filter(|(key, _)| *key == entry.name) {
                if after.value(follower).is_none()
                    && before.value(follower).is_none()
                    && let Some(written) = file.entry(follower)
                {
                    self.remove_key(written)?;
                }
            }
            for group in SAME.iter().filter(|group| group.contains(&entry.name.as_ref())) {
                for other in
                    group.iter().filter(|name| after.value(name).is_none() && before.value(name).is_none())
                {
                    if let Some(written) = file.entry(other) {
                        self.remove_key(written)?;
                    }
                }
            }
            match file.entry(&entry.name) {
                Some(written) if self.is_plain(written) => {
                    let was = self.text.get(written.value_at.clone()).ok_or(Unusual)?;
                    let is = value_text(value, &entry.key.kind, self.own, Some(was));
                    self.edits.push((written.value_at.clone(), is));
                }
                Some(written) => {
                    self.remove_key(written)?;
                    self.insert_key(file, entry, path)?;
                }
                None => self.insert_key(file, entry, path)?,
            }
        }
        Ok(())
    }

    /// Whether the value stands behind its key, rather than under a header or as dotted keys.
    fn is_plain(&self, entry: &Entry) -> bool {
        let first = self.text.as_bytes().get(entry.value_at.start);
        match (&entry.key.kind, &entry.value) {
            (Type::Table(_) | Type::TextOrTable(_), Some(Value::Table(_)))
            | (Type::Effort, Some(Value::Effort(kedge_model::Effort::Range { .. }))) => first == Some(&b'{'),
            (Type::Tables(_), Some(Value::Tables(nodes))) => {
                nodes.iter().all(|node| self.text.as_bytes().get(node.at.start) == Some(&b'{'))
            }
            _ => true,
        }
    }

    fn remove_key(&mut self, entry: &Entry) -> Result<(), Unusual> {
        if self.is_plain(entry) {
            let range = self.lines(entry.at.start..entry.value_at.end);
            // Two keys on one line stand in braces, which are written as a whole.
            self.edits.push((range, String::new()));
            return Ok(());
        }
        match &entry.value {
            Some(Value::Table(node)) => self.remove(node, &[entry.name.to_string()]),
            Some(Value::Tables(nodes)) => {
                nodes.iter().try_for_each(|node| self.remove(node, &[entry.name.to_string()]))
            }
            _ => Err(Unusual),
        }
    }

    fn insert_key(&mut self, file: &Node, entry: &Entry, path: &[String]) -> Result<(), Unusual> {
        let value = entry.value.as_ref().ok_or(Unusual)?;
        let value = value_text(value, &entry.key.kind, self.own, None);
        let name = render::key_text(&entry.name);
        let form = self.form(file, path);
        if form == Form::Implied {
            // The table has no line of its own yet: its header goes above the first table inside it.
            let first = self.nodes_under(file).map(|node| node.at.start).min().ok_or(Unusual)?;
            let at = self.comments_above(self.line_start(first));
            let header = header(path, Shape::Named);
            // Several keys that are inserted here come one after another, the header with the first.
            match self.edits.iter_mut().find(|(range, with)| range.start == at && with.starts_with(&header)) {
                Some((_, with)) => with.insert_str(with.len() - 1, &format!("{name} = {value}\n")),
                None => self.edits.push((at..at, format!("{header}\n{name} = {value}\n\n"))),
            }
            return Ok(());
        }
        let order = |name: &str| file.table.all_keys().position(|key| key.name == name).unwrap_or(usize::MAX);
        let plain: Vec<&Entry> = file.entries.iter().filter(|entry| self.is_plain(entry)).collect();
        let place = order(&entry.name);
        let before = plain
            .iter()
            .filter(|written| order(&written.name) < place)
            .max_by_key(|written| written.at.start);
        let (at, neighbour) = match (before, plain.first()) {
            (Some(written), _) => (self.line_end(written.value_at.end), Some(*written)),
            (None, first) if form == Form::Header => (self.line_end(file.at.end), first.copied()),
            (None, Some(first)) => (self.line_start(first.at.start), Some(*first)),
            (None, None) => (0, None),
        };
        let line = match (form, neighbour) {
            (Form::Dotted, Some(neighbour)) => {
                let prefix =
                    self.text.get(self.line_start(neighbour.at.start)..neighbour.at.start).ok_or(Unusual)?;
                format!("{prefix}{name} = {value}\n")
            }
            (_, Some(neighbour)) => {
                // In the style of the line beside it: its indent, and its `=` in the same column where that fits.
                let start = self.line_start(neighbour.at.start);
                let indent =
                    self.text.get(start..neighbour.at.start).filter(|indent| indent.trim().is_empty());
                let indent = indent.unwrap_or_default();
                let between = self.text.get(neighbour.at.start..neighbour.value_at.start).ok_or(Unusual)?;
                let width =
                    between.find('=').map_or(0, |column| between[..column].chars().count().saturating_sub(1));
                format!("{indent}{name:width$} = {value}\n")
            }
            (_, None) => format!("{name} = {value}\n"),
        };
        self.insert_line(at, line);
        Ok(())
    }

    /// Inserts whole lines at the beginning of a line, or at the file's end.
    fn insert_line(&mut self, at: usize, mut line: String) {
        if at > 0 && at == self.text.len() && !self.text.ends_with('\n') {
            line.insert(0, '\n');
            line.pop();
        }
        self.edits.push((at..at, line));
    }

    /// Removes a table with its own comments and all that is inside it.
    fn remove(&mut self, node: &Node, path: &[String]) -> Result<(), Unusual> {
        match self.form(node, path) {
            Form::Top => return Err(Unusual),
            Form::Header => self.remove_block(node),
            Form::Braces => {
                // Behind a key of its own line: `sheet = { … }`.
                let line = self.line_start(node.at.start);
                let before = self.text.get(line..node.at.start).ok_or(Unusual)?;
                if before.contains(['{', '[']) || !before.contains('=') {
                    return Err(Unusual);
                }
                let range = self.lines(line..node.at.end);
                self.edits.push((range, String::new()));
            }
            Form::Dotted => {
                for entry in &node.entries {
                    self.remove_key(entry)?;
                }
            }
            Form::Implied => {}
        }
        for inner in &node.inner {
            for item in &inner.items {
                for node in &item.nodes {
                    self.remove(node, &[inner.inner.name.to_owned()])?;
                }
            }
        }
        for entry in &node.entries {
            if !self.is_plain(entry) {
                self.remove_key(entry)?;
            }
        }
        Ok(())
    }

    fn remove_block(&mut self, node: &Node) {
        let start = self.comments_above(self.line_start(node.at.start));
        let mut end = self.own_end(node);
        // Comments that follow without an empty line are the table's own, unless they are right above a header.
        let mut comments = end;
        while let Some(line) = self.line(comments).filter(|line| line.trim_start().starts_with('#')) {
            comments += line.len();
        }
        if self.line(comments).is_none_or(|line| line.trim().is_empty()) {
            end = comments;
        }
        while let Some(line) = self.line(end).filter(|line| line.trim().is_empty()) {
            end += line.len();
        }
        // A table inside this one may begin right behind it, and has its own edit.
        self.edits.push((start..end, String::new()));
    }

    fn add(&mut self, file: &Node, before: &Node, after: &Node, path: &[String]) -> Result<(), Unusual> {
        if before == after {
            return Ok(());
        }
        if self.form(file, path) == Form::Braces {
            return Err(Unusual);
        }
        for inner in &after.inner {
            let name = inner.inner.name;
            let nothing = InnerNode { inner: inner.inner, at: 0..0, items: Vec::new() };
            let written = file.inner.iter().find(|written| written.inner.name == name).unwrap_or(&nothing);
            let triples = matched(written, before.items(name), &inner.items, self.own)?;
            let mut new: Vec<(usize, String, String)> = Vec::new();
            for triple in &triples {
                match (triple.file, triple.before, triple.after) {
                    (Some(node), Some(before), Some(after)) => {
                        let mut path = path.to_vec();
                        path.push(name.to_owned());
                        path.extend((!triple.name.is_empty()).then(|| triple.name.clone()));
                        self.add(node, before, after, &path)?;
                    }
                    (None, None, Some(after)) => {
                        let item = Item { name: triple.name.clone(), at: 0..0, nodes: Vec::new() };
                        let path = path_of(path, name, &item);
                        let block = render::table(after, &path, inner.inner.shape, self.own);
                        let last = || written.items.last().and_then(|item| item.nodes.last());
                        let sibling = triple.previous.or_else(|| match inner.inner.shape {
                            // Answers to one ask stay together, and new asks go in alphabetical place.
                            Shape::NamedList => written
                                .items
                                .iter()
                                .rfind(|item| item.name < triple.name)
                                .and_then(|item| item.nodes.last()),
                            _ => last(),
                        });
                        if let Some(next) = triple.next.filter(|_| triple.previous.is_none()) {
                            let at = self.comments_above(self.line_start(next.at.start));
                            self.edits.push((at..at, format!("{block}\n")));
                            continue;
                        }
                        let at = match sibling {
                            Some(node) => self.end_of(node),
                            None => self.end_before(file, name),
                        };
                        new.push((at, triple.name.clone(), block));
                    }
                    _ => {}
                }
            }
            if inner.inner.shape == Shape::NamedList {
                new.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
            }
            for (at, _, block) in new {
                self.insert_block(at, &block);
            }
        }
        Ok(())
    }

    fn insert_block(&mut self, at: usize, block: &str) {
        let mut with = String::new();
        if at > 0 {
            if !self.text.get(..at).is_some_and(|before| before.ends_with('\n')) {
                with.push('\n');
            }
            with.push('\n');
        }
        with.push_str(block);
        // What follows begins with an empty line already, or there is none between the two.
        if self.line(at).is_some_and(|line| !line.trim().is_empty()) {
            with.push('\n');
        }
        self.edits.push((at..at, with));
    }

    /// Where the table and all inside it end.
    fn end_of(&self, node: &Node) -> usize {
        let own = self.own_end(node);
        self.nodes_under(node).map(|node| self.own_end(node)).fold(own, usize::max)
    }

    /// Where the tables that come before those of this name end: the head of the table, where there are none.
    fn end_before(&self, file: &Node, name: &str) -> usize {
        let order =
            |name: &str| file.table.tables.iter().position(|inner| inner.name == name).unwrap_or(usize::MAX);
        let place = order(name);
        let earlier = file.inner.iter().filter(|inner| order(inner.inner.name) < place);
        let ends =
            earlier.flat_map(|inner| &inner.items).flat_map(|item| &item.nodes).map(|node| self.end_of(node));
        let head = if file.entries.is_empty() && file.at.end == 0 { 0 } else { self.own_end(file) };
        ends.fold(head, usize::max)
    }

    /// Where the keys of the table itself end: at the end of a line.
    fn own_end(&self, node: &Node) -> usize {
        let plain = node.entries.iter().filter(|entry| self.is_plain(entry)).map(|entry| entry.value_at.end);
        let last = plain.fold(node.at.end, usize::max);
        self.line_end(last)
    }

    fn nodes_under<'n>(&self, node: &'n Node) -> impl Iterator<Item = &'n Node> {
        let mut found: Vec<&Node> = Vec::new();
        let mut open: Vec<&Node> = vec![node];
        while let Some(node) = open.pop() {
            let inside = node.inner.iter().flat_map(|inner| &inner.items).flat_map(|item| &item.nodes);
            for one in inside {
                if self.text.as_bytes().get(one.at.start) == Some(&b'[') {
                    found.push(one);
                }
                open.push(one);
            }
            for entry in node.entries.iter().filter(|entry| !self.is_plain(entry)) {
                match &entry.value {
                    Some(Value::Table(node)) => found.push(node),
                    Some(Value::Tables(nodes)) => found.extend(nodes),
                    _ => {}
                }
            }
        }
        found.into_iter()
    }

    /// The brackets of a list of tables that is written as one value.
    fn list_in_brackets(&self, inner: &InnerNode) -> Option<Span> {
        if inner.inner.shape != Shape::List {
            return None;
        }
        let first = inner.items.first()?.nodes.first()?;
        let braces = self.text.as_bytes().get(first.at.start) == Some(&b'{');
        (braces && self.text.as_bytes().get(inner.at.start) == Some(&b'[')).then(|| inner.at.clone())
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text.get(at..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |offset| at + offset + 1)
    }

    /// The line that begins here, with its end; `None` at the end of the file.
    fn line(&self, at: usize) -> Option<&str> {
        self.text.get(at..self.line_end(at)).filter(|line| !line.is_empty())
    }

    fn lines(&self, span: Span) -> Range<usize> {
        self.line_start(span.start)..self.line_end(span.end)
    }

    /// Where the comments right above a line begin.
    fn comments_above(&self, mut at: usize) -> usize {
        while at > 0 {
            let above = self.line_start(at - 1);
            if !self.text.get(above..at).is_some_and(|line| line.trim_start().starts_with('#')) {
                break;
            }
            at = above;
        }
        at
    }
}
