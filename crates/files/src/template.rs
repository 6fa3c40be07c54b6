//! First texts of files and tables, to be filled in: what `kedge init` and `kedge new` write.

use crate::apply::Edit;
use crate::render::{key_text, quoted};
use crate::sources::Sources;
use kedge_model::{AskId, Date, Slug, TeamId};

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
    /// A team's file.
    Team {
        /// The team.
        team: &'a TeamId,
        /// What people call it.
        title: &'a str,
    },
    /// A plan with one outcome and the work for it.
    Plan {
        /// Whose.
        team: &'a TeamId,
        /// Its name, and that of its file and its outcome.
        plan: &'a Slug,
        /// What people call it.
        title: &'a str,
        /// `2026-Q4`.
        period: &'a str,
        /// When the outcome is due.
        due: Date,
    },
    /// An outcome, for a plan file.
    Outcome {
        /// Its name.
        id: &'a Slug,
        /// What a customer gets.
        title: &'a str,
        /// When it is due.
        due: Option<Date>,
    },
    /// A work item, for a plan file.
    Work {
        /// Its name.
        id: &'a Slug,
        /// What it is.
        title: &'a str,
        /// The outcome it serves.
        serves: &'a Slug,
        /// How much it takes, `3w, rarely over 6w`.
        effort: &'a str,
    },
    /// An ask, for a plan file.
    Ask {
        /// Its name.
        id: &'a Slug,
        /// Who is asked.
        to: &'a TeamId,
        /// What is asked for.
        what: &'a str,
        /// The work or outcome that waits for it.
        gates: &'a Slug,
        /// When it was asked; absent where nobody did yet.
        asked: Option<Date>,
        /// The day by which it is wanted.
        wanted: Option<Date>,
    },
    /// A fallback, for the plan file of its ask.
    Fallback {
        /// The ask, within the plan file.
        ask: &'a Slug,
        /// `hack`, `do-without` …
        kind: &'a str,
        /// Who else must answer, where the kind leans on a tiger team or a community.
        with: Option<&'a TeamId>,
    },
    /// An answer, for an answers file.
    Answer {
        /// The ask.
        ask: &'a AskId,
        /// When it is said.
        on: Date,
        /// `considering`, `declined`, `dropped` or `landed`; what needs more is an [`Act`](kedge_model::Act).
        says: &'a str,
    },
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
    /// The head of a file that has nothing else in it yet.
    Head {
        /// Whose.
        team: &'a TeamId,
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
        Template::Team { team, title } => format!(
            "team       = \"{team}\"\n\
             title      = {}\n\
             kind       = \"stream\"                # stream, platform, enabling, task-force, tiger, community, external\n\
             people     = 5\n\
             takes-asks = [\"independent\"]         # and how: service-provider, self-service, away-team-host, none\n\
             turnaround = \"5d\"                    # how long an ask may lie unread\n",
            quoted(title)
        ),
        Template::Plan { team, plan, title, period, due } => format!(
            "# Only team {team} writes here.\n\
             team   = \"{team}\"\n\
             title  = {}\n\
             period = {}\n\n\
             {}\n{}",
            quoted(title),
            quoted(period),
            text(&Template::Outcome { id: plan, title, due: Some(*due) }),
            text(&Template::Work {
                id: &first_work(plan),
                title: "The first piece of work",
                serves: plan,
                effort: "2w, rarely over 4w",
            }),
        ),
        Template::Outcome { id, title, due } => {
            let due = due.map(|due| format!("due   = {due}\n")).unwrap_or_default();
            format!(
                "[outcome.{id}]\n\
                 title = {}\n\
                 {due}\
                 # value = \"40k/week\"                # what it is worth once live: your claim, until someone confirms it\n",
                quoted(title)
            )
        }
        Template::Work { id, title, serves, effort } => format!(
            "[work.{id}]\n\
             title  = {}\n\
             for    = \"{serves}\"\n\
             effort = {}      # half the time under the first, nine times in ten under the second\n",
            quoted(title),
            quoted(effort)
        ),
        Template::Ask { id, to, what, gates, asked, wanted } => {
            let asked = asked.map(|on| format!("asked  = {{ on = {on} }}\n")).unwrap_or_default();
            let wanted = wanted.map(|on| format!("wanted = {on}\n")).unwrap_or_default();
            format!(
                "[ask.{id}]\n\
                 to     = \"{to}\"\n\
                 what   = {}\n\
                 {asked}{wanted}\
                 gates  = \"{gates}\"\n\
                 # why    = \"…\"                      # make sure they understand what a no costs\n\
                 # effort = \"1w, rarely over 2w\"     # your guess of their time\n",
                quoted(what)
            )
        }
        Template::Fallback { ask, kind, with } => fallback(ask, kind, *with),
        Template::Answer { ask, on, says } => {
            format!("[[answer.{}]]\non   = {on}\nsays = \"{says}\"\n", key_text(&ask.to_string()))
        }
        Template::Dataset { id } => format!(
            "[dataset.{id}]\n\
             # where   = [\"shop:catalog/**\"]       # repository of kedge.toml, and the files\n\
             # writers = [\"…\"]\n\
             # readers = [\"…\"]\n"
        ),
        Template::Proposal { id, title, adopters } => {
            let adopters: Vec<String> = adopters.iter().map(|team| format!("\"{team}\"")).collect();
            format!(
                "[proposal.{id}]\n\
                 title    = {}\n\
                 problem  = \"What several teams solve, each for itself\"\n\
                 adopters = [{}]\n\n\
                 [proposal.{id}.option.shared]\n\
                 kind = \"library\"                    # library, service, protocol or pattern\n\n\
                 [proposal.{id}.option.apart]\n\
                 kind = \"apart\"                      # leave these apart is an answer too\n",
                quoted(title),
                adopters.join(", ")
            )
        }
        Template::Head { team } => format!("team = \"{team}\"\n"),
    }
}

fn first_work(plan: &Slug) -> Slug {
    let name = format!("{}-first", plan.as_str().chars().take(80).collect::<String>());
    Slug::new(&name).unwrap_or_else(|_| plan.clone())
}

fn fallback(ask: &Slug, kind: &str, with: Option<&TeamId>) -> String {
    let head = format!("[[ask.{ask}.fallback]]\nkind = {}\n", quoted(kind));
    let with = with.map(|team| format!("with = \"{team}\"\n")).unwrap_or_default();
    let costs = "create = \"2w, rarely over 4w\"         # making it, in your people's time\n";
    let rest = match kind {
        "descope" | "do-without" => {
            "what  = \"Ship without it\"\nkeeps = \"80%\"                      # of the outcome's value\n"
                .to_owned()
        }
        "buy" => format!(
            "vendor = \"…\"\nlead   = \"14d\"                      # how long until it is there\n{costs}"
        ),
        "away-team" => format!(
            "{costs}# send   = \"…\"                      # who goes; another fallback must follow, since this leans on them\n"
        ),
        "tiger-team" | "community" | "escalate" => {
            format!("{with}# This leans on others too: put a fallback behind it that nobody else can stop.\n")
        }
        _ => format!(
            "what     = \"What we would build round it\"\n{costs}\
             maintain = \"1d/month\"                # while it lives\n\
             migrate  = \"1w, rarely over 2w\"      # the way out\n"
        ),
    };
    head + &rest
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
