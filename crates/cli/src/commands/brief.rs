//! `kedge brief`: what the asked team reads, and the note that it was sent.

use super::{Session, print_json};
use crate::arguments::Record;
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say_part;
use kedge_model::Act;

/// Prints the brief as Markdown, or records that it was sent.
pub(crate) fn run(session: &Session, ask: &str, sent: Option<&str>, record: Record) -> Result<Exit, Failure> {
    if let Some(channel) = sent {
        let answers = session.to_record()?;
        let ask = find::ask(&answers.organisation, ask)?;
        let how = channel.split_whitespace().collect::<Vec<_>>().join(" ");
        if how.is_empty() {
            return Err(Failure::new("nothing says where the brief was sent")
                .hint("kedge brief TEAM/ASK --sent https://tracker.example/issues/12"));
        }
        let what = format!("the brief of {ask} was sent: {how}");
        let act = Act::Asked { ask, on: record.on.unwrap_or(answers.as_of), how: Some(how) };
        return session.write(&what, &act.changes(&answers.organisation)?, record.dry_run);
    }
    if record.on.is_some() || record.dry_run {
        return Err(Failure::new("--on and --dry-run are about what --sent records").hint("add --sent URL"));
    }
    let answers = session.answers()?;
    let ask = find::ask(&answers.organisation, ask)?;
    let brief = session.terminal.while_running("weighing what a “no” costs", || answers.brief(&ask));
    let brief = brief.ok_or_else(|| Failure::new(format!("there is no brief of {ask}")))?;
    if session.json {
        print_json(&*brief)?;
    } else {
        say_part!("{}", brief.markdown);
    }
    Ok(Exit::Fine)
}
