//! First texts of what is written once and filled in by hand: `kedge init`, and `kedge new` for a council, a dataset or a
//! proposal. What people say on the command line becomes facts instead, so that no number is there that nobody gave.

use crate::apply::Edit;
use crate::render::quoted;
use crate::sources::Sources;
use kedge_model::{Slug, TeamId};

/// Something to begin with. Every text loads as it stands; what people should look at next is a comment.
#[derive(Clone, Debug)]
pub enum Template<'a> {
    /// `kedge.toml`.
    Settings {
        /// The organisation's name.
        name: &'a str,
    },
    /// `council.kedge.toml`.
    Council,
    /// A dataset, for a data file.
    Dataset {
        /// Its name.
        id: &'a Slug,
    },
    /// A proposal with two options, for a proposal file.
    Proposal {
        /// Its name.
        id: &'a Slug,
        /// What people call it.
        title: &'a str,
        /// Who would adopt it.
        adopters: &'a [TeamId],
    },
}

/// The text of a template: a whole file, or a table to put into one.
///
/// ```
/// use kedge_files::{Template, template};
/// let text = template(&Template::Settings { name: "Harbour" });
/// assert!(text.contains("= \"Harbour\""));
/// ```
pub fn template(what: &Template<'_>) -> String {
    tidy(&text(what))
}

/// Puts the `=` of each table under one another, and the comments behind values too.
fn tidy(text: &str) -> String {
    const COMMENTS: usize = 41;
    let mut tidied = String::new();
    for table in text.split_inclusive("\n\n") {
        let parts = |line: &str| {
            let (key, value) = line.split_once('=').filter(|_| !line.starts_with('['))?;
            Some((key.trim_end().to_owned(), value.trim().to_owned()))
        };
        let width = table.lines().filter_map(parts).map(|(key, _)| key.chars().count()).max().unwrap_or(0);
        for line in table.lines() {
            match parts(line) {
                None => tidied.push_str(line),
                Some((key, value)) => {
                    // Only behind the value: a text may have a `#` in it.
                    let closed = |value: &str| {
                        value.replace("\\\\", "").replace("\\\"", "").matches('"').count().is_multiple_of(2)
                    };
                    let (value, comment) =
                        value.split_once("  # ").filter(|(value, _)| closed(value)).unwrap_or((&value, ""));
                    let said = format!("{key:width$} = {}", value.trim_end());
                    tidied.push_str(&said);
                    if !comment.is_empty() {
                        let gap = COMMENTS.saturating_sub(said.chars().count()).max(2);
                        tidied.push_str(&" ".repeat(gap));
                        tidied.push_str("# ");
                        tidied.push_str(comment);
                    }
                }
            }
            tidied.push('\n');
        }
    }
    tidied
}

fn text(what: &Template<'_>) -> String {
    match what {
        Template::Settings { name } => format!(
            "# The stewards write this file; each team writes its own folder.\n\
             language = 1\n\
             name = {}\n\
             # currency    = \"EUR\"                 # without it Kedge speaks of weeks, not money\n\
             # person-week = \"4k\"\n\
             # stage       = \"scaling\"             # searching, scaling or mature: sets severities\n\n\
             # The measures that outcomes promise to move. A plan names one in `kpi`.\n\
             # [measure.repeat-conversion]\n\
             # title  = \"Returning customers who buy\"\n\
             # unit   = \"points\"\n\
             # better = \"up\"\n",
            quoted(name)
        ),
        Template::Council => {
            "# The council ranks little, on purpose: what is not here is ranked by the teams themselves.\n\
             team = \"council\"\n\
             rank = []                            # initiatives and asks; an ask here is the council's yes\n"
                .to_owned()
        }
        Template::Dataset { id } => format!(
            "[dataset.{id}]\n\
             # where   = [\"shop:catalog/**\"]       # repository of kedge.toml, and the files\n\
             # writers = [\"…\"]                     # teams; `kedge align datasets {id}` says what can go wrong\n\
             # readers = [\"…\"]\n\
             #\n\
             # [dataset.{id}.invariant.NAME]        # what must hold, a table for each\n\
             # kind  = \"balance\"                   # or unique, reference, monotone, per-row\n\
             # field = \"…\"\n\
             # min   = 0\n\
             #\n\
             # [dataset.{id}.operation.NAME]        # what a writer does, a table for each\n\
             # writer = \"…\"\n\
             # does   = \"increment\"                # or decrement, set, read-then-set, insert, insert-if-absent, delete\n\
             # field  = \"…\"\n\
             #\n\
             # [dataset.{id}.contract]\n\
             # kind    = \"owned\"                   # or merged, serial\n\
             # version = 1\n\
             # opened  = 2026-10-14                # for signatures\n"
        ),
        Template::Proposal { id, title, adopters } => {
            let adopters: Vec<String> = adopters.iter().map(|team| format!("\"{team}\"")).collect();
            format!(
                "[proposal.{id}]\n\
                 title    = {}\n\
                 problem  = \"What several teams solve, each for itself\"\n\
                 adopters = [{}]\n\n\
                 [proposal.{id}.option.shared]\n\
                 kind = \"library\"                    # library, service, protocol or pattern\n\
                 # build    = \"3w, rarely over 5w\"     # once; `kedge align problems` prices it from these\n\
                 # adopt    = \"1w, rarely over 2w\"     # each adopter\n\
                 # maintain = \"1d/month\"\n\n\
                 [proposal.{id}.option.apart]\n\
                 kind = \"apart\"                      # leave these apart is an answer too\n\
                 # alone    = \"2w, rarely over 3w\"     # each by itself\n\
                 # maintain = \"1d/month\"\n",
                quoted(title),
                adopters.join(", ")
            )
        }
    }
}

/// The edit that puts a table at the end of a file, or begins the file with it.
pub fn append(sources: &Sources, path: &str, table: &str) -> Edit {
    let before = sources.text(path).map(str::to_owned);
    let after = match &before {
        None => table.to_owned(),
        Some(text) => {
            let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let mut after = text.trim_end().to_owned();
            if !after.is_empty() {
                after.push_str(newline);
                after.push_str(newline);
            }
            after.push_str(&if newline == "\n" { table.to_owned() } else { table.replace('\n', newline) });
            after
        }
    };
    Edit { path: path.to_owned(), before, after: Some(after) }
}
