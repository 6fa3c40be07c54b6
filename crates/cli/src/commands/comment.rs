//! `kedge comment`: what teams say beside plans and asks.

use super::{Session, print_json};
use crate::arguments::Comment;
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::{Tone, say};
use kedge_model::KeptComment;
use kedge_workspace::{CommentError, NotWritten};
use std::io::Read as _;

/// Lists comments, keeps one, or removes one.
pub(crate) fn run(session: &Session, of: &Comment) -> Result<Exit, Failure> {
    if !session.workspace.is_store() {
        return Err(failure(CommentError::InFiles));
    }
    if let Some(id) = &of.remove {
        return remove(session, id);
    }
    let answers = session.answers()?;
    let about = of.about.as_deref().map(|name| find::commented(&answers.organisation, name)).transpose()?;
    let (Some(about), Some(text), Some(by)) = (&about, &of.text, &of.by) else {
        let comments = session.workspace.comments(about.as_ref()).map_err(failure)?;
        return list(session, &comments, about.is_some());
    };
    let by = find::team_or_council(&answers.organisation, by)?;
    let mut text = text.clone();
    if text == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text).map_err(|error| {
            Failure::new(format!("the comment cannot be read from standard input: {error}"))
        })?;
    }
    let kept = session.workspace.comment(about.clone(), by, &text).map_err(failure)?;
    if session.json {
        print_json(&kept)?;
    } else {
        let strong = session.terminal.paint(Tone::Strong, "Kept:");
        say!("{strong} {} on {} ({})", kept.comment.by, kept.comment.about, kept.id);
    }
    Ok(Exit::Fine)
}

fn remove(session: &Session, id: &str) -> Result<Exit, Failure> {
    let comment = session.workspace.remove_comment(id).map_err(failure)?;
    if session.json {
        print_json(&KeptComment { id: id.to_owned(), comment })?;
    } else {
        let strong = session.terminal.paint(Tone::Strong, "Removed:");
        say!("{strong} what {} said on {} on {}", comment.by, comment.about, comment.on);
    }
    Ok(Exit::Fine)
}

fn list(session: &Session, comments: &[KeptComment], of_one: bool) -> Result<Exit, Failure> {
    if session.json {
        print_json(&comments)?;
        return Ok(Exit::Fine);
    }
    if comments.is_empty() {
        say!("Nothing was said{}.", if of_one { " on it" } else { "" });
    }
    for KeptComment { id, comment } in comments {
        let about = if of_one { String::new() } else { format!(" on {}", comment.about) };
        let name = session.terminal.paint(Tone::Soft, id);
        say!(
            "{}  {}{about}  {name}",
            comment.on,
            session.terminal.paint(Tone::Strong, comment.by.to_string())
        );
        for (place, text) in comment.texts.iter().enumerate() {
            if place > 0 {
                say!("  {}", session.terminal.paint(Tone::Soft, "and, written elsewhere at the same time:"));
            }
            for line in text.lines() {
                say!("  {line}");
            }
        }
    }
    Ok(Exit::Fine)
}

fn failure(error: CommentError) -> Failure {
    let hint = match &error {
        CommentError::InFiles => {
            Some("`kedge store make FILE --from DIR` makes a store of plan files; name it with --in")
        }
        CommentError::Store(NotWritten::NoComment(_)) => Some("`kedge comment` lists them with their names"),
        _ => None,
    };
    let failure = Failure::new(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
