//! YAML as plain values: each document of a file with the line on which it begins.

use serde_json::Value;

/// Entries that the aliases of one document may repeat in all. A few lines of aliases of aliases stand for more than any
/// memory holds; a document that people wrote repeats a few hundred.
const MOST_REPEATED: usize = 10_000;

/// One document.
#[derive(Debug)]
pub struct Document {
    /// Counted from one.
    pub line: usize,
    /// What it says, or why it cannot be read.
    pub value: Result<Value, String>,
}

/// The documents of a file. One that is broken does not spoil the others; empty ones are left out.
pub fn documents(text: &str) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut part = String::new();
    let mut begin = 1;
    let mut end = |part: &mut String, begin: usize| {
        let text = std::mem::take(part);
        let is_empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        if !is_empty {
            documents.push(Document { line: begin, value: value(&text) });
        }
    };
    for (at, line) in text.lines().enumerate() {
        // In a block of text a line of dashes is indented.
        let rest =
            line.strip_prefix("---").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']));
        if let Some(rest) = rest {
            end(&mut part, begin);
            begin = at + 1;
            if !rest.trim().is_empty() && !rest.trim_start().starts_with('#') {
                part.push_str(rest);
            }
            part.push('\n');
        } else if line.trim_end() == "..." {
            end(&mut part, begin);
            begin = at + 2;
        } else {
            part.push_str(line);
            part.push('\n');
        }
    }
    end(&mut part, begin);
    documents
}

/// One document's value.
///
/// # Errors
/// The reader's own words, in one line.
pub fn value(text: &str) -> Result<Value, String> {
    let mut options = serde_saphyr::Options::default();
    options.alias_limits.max_total_replayed_events = MOST_REPEATED;
    serde_saphyr::from_str_with_options::<Value>(text, options).map_err(|error| {
        let words = error.to_string();
        // The reader wraps its own kinds of error where values are read into plain ones.
        if words.contains("alias replay limit exceeded") {
            return format!(
                "its aliases (`*name`) repeat more than {MOST_REPEATED} entries: write them out, or repeat less"
            );
        }
        let first = words.lines().next().unwrap_or("it cannot be read");
        first.strip_prefix("error: ").unwrap_or(first).to_owned()
    })
}

/// Text at a path of keys; numbers and yes or no as they would be written.
pub fn text(value: &Value, path: &[&str]) -> String {
    match at(value, path) {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => String::new(),
    }
}

/// The value at a path of keys; null where there is none.
pub fn at<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    path.iter().fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// Every text of a list at a path; a lone text counts as a list of one.
pub fn texts(value: &Value, path: &[&str]) -> Vec<String> {
    match at(value, path) {
        Value::Array(entries) => {
            entries.iter().map(|entry| text(entry, &[])).filter(|text| !text.is_empty()).collect()
        }
        Value::Null => Vec::new(),
        other => Some(text(other, &[])).filter(|text| !text.is_empty()).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_of_aliases_are_refused_before_they_fill_the_memory() {
        let nine = |name: &str| [name; 9].join(",");
        let line = |at: usize| match at.checked_sub(1) {
            None => format!("a0: &a0 [{}]\n", nine("x")),
            Some(before) => format!("a{at}: &a{at} [{}]\n", nine(&format!("*a{before}"))),
        };
        let bomb = (0..12).map(line).collect::<Vec<_>>().concat();
        let refused = value(&bomb).unwrap_err();
        assert!(refused.contains("repeat more than 10000 entries"), "{refused}");
        let plain = value("a: &a [x, z]\nb: *a\nc: { <<: { d: 1 }, e: *a }\n").unwrap();
        assert_eq!(
            (texts(&plain, &["b"]), texts(&plain, &["c", "e"]).len()),
            (vec!["x".into(), "z".into()], 2)
        );
    }

    #[test]
    fn each_document_has_its_line_and_a_broken_one_stays_alone() {
        let documents = documents("# head\n---\na: 1\n---\nb: [\n--- # third\nc: |\n  ---\n  text\n...\n");
        let lines: Vec<usize> = documents.iter().map(|document| document.line).collect();
        assert_eq!(lines, [2, 4, 6]);
        assert_eq!(text(documents[0].value.as_ref().unwrap(), &["a"]), "1");
        assert!(documents[1].value.is_err());
        assert_eq!(text(documents[2].value.as_ref().unwrap(), &["c"]), "---\ntext");
    }
}
