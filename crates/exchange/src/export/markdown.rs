//! Markdown: a plan, a team or the whole as a page for an issue or a wiki.
//!
//! GitHub's dialect (`CommonMark` with tables). What people wrote is shown as they wrote it: every sign that Markdown could
//! read as its own is escaped, so that a title can neither break the table nor bring in a link, a picture or HTML.

use super::{Extract, View, or_never, percent};
use kedge_model::{Ask, Money, Plan};
use std::fmt::Write as _;

/// The page.
pub fn page(extract: &Extract<'_>) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "# {}\n", escaped(&extract.title()));
    let _ = writeln!(text, "As of {}. {}\n", extract.as_of(), escaped(&extract.figures.standing));
    let plans: Vec<&Plan> = extract
        .organisation()
        .plans()
        .filter(|plan| extract.view.shows(&plan.id) && plan.closed.is_none())
        .collect();
    let alone = matches!(extract.view(), View::Plan(_));
    for plan in &plans {
        if !alone {
            let _ = writeln!(text, "## {}\n", escaped(plan.name()));
        }
        if let Some(period) = plan.period {
            let _ = writeln!(text, "Plan `{}`, {} to {}.\n", plan.id, period.from(), period.until());
        }
        outcomes(extract, plan, &mut text);
        asks(extract, plan, &mut text);
    }
    if let View::Team(team) = extract.view() {
        let asked: Vec<&Ask> = extract.asks().filter(|ask| ask.id.team() != team).collect();
        if !asked.is_empty() {
            text.push_str("## Asked of this team\n\n");
            text.push_str("| ask | what | state | wanted |\n| --- | --- | --- | --- |\n");
            for ask in asked {
                let _ = writeln!(
                    text,
                    "| `{}` | {} | {} | {} |",
                    ask.id,
                    escaped(&ask.what),
                    state(extract, ask),
                    date(ask.wanted)
                );
            }
            text.push('\n');
        }
    }
    sources(extract, &mut text);
    text
}

fn outcomes(extract: &Extract<'_>, plan: &Plan, text: &mut String) {
    let outcomes: Vec<_> = extract.outcomes().filter(|it| it.plan == plan.id).collect();
    if outcomes.is_empty() {
        return;
    }
    text.push_str("| outcome | due | P50 | P80 | on time | stands at | worth a week |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for outcome in outcomes {
        let figures = extract.outcome_figures(&outcome.id);
        let live = figures.and_then(|it| it.live.as_ref());
        let (p50, p80, on_time) = match (outcome.live, outcome.dropped, live) {
            (Some(on), _, _) => (format!("live since {on}"), "–".into(), "–".into()),
            (None, Some(on), _) => (format!("dropped {on}"), "–".into(), "–".into()),
            (None, None, Some(live)) => (
                or_never(live.value.p50),
                or_never(live.value.p80),
                live.value.on_time.map_or_else(|| "–".into(), percent),
            ),
            (None, None, None) => {
                let why = figures.and_then(|it| it.no_date.as_deref()).unwrap_or("not forecast");
                (escaped(why), "–".into(), "–".into())
            }
        };
        let worth = extract.worth(outcome).map_or_else(
            || "nobody said".into(),
            |worth| format!("{} ({})", Money::new(worth.value).rounded(), worth.source),
        );
        let _ = writeln!(
            text,
            "| {} | {} | {p50} | {p80} | {on_time} | {} | {} |",
            escaped(outcome.name()),
            date(extract.due(outcome).map(|it| it.value)),
            figures.map_or_else(|| "–".into(), |it| it.stands.to_string()),
            escaped(&worth)
        );
    }
    text.push('\n');
}

fn asks(extract: &Extract<'_>, plan: &Plan, text: &mut String) {
    let asks: Vec<_> = extract.asks().filter(|it| it.plan == plan.id).collect();
    if asks.is_empty() {
        return;
    }
    let odds = *extract.view() != View::Whole;
    text.push_str("| ask | of | what | state | wanted | if it does not land | decide by |");
    text.push_str(if odds { " lands by (P80) |\n" } else { "\n" });
    text.push_str(if odds {
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    } else {
        "| --- | --- | --- | --- | --- | --- | --- |\n"
    });
    for ask in asks {
        let figures = extract.ask_figures(&ask.id);
        let state_now = extract.organisation().ask_state(ask);
        let opened = figures.and_then(|it| it.opened_by);
        let fallback = match opened.and_then(|(place, keeps)| Some((ask.fallbacks.get(place)?, keeps))) {
            _ if state_now.is_open() => "–".into(),
            Some((fallback, keeps)) => {
                let expires = fallback.expires.map(|on| format!(", expires {on}")).unwrap_or_default();
                format!("{}: {}, keeps {keeps}{expires}", fallback.kind.word(), escaped(fallback.name()))
            }
            None if ask.fallbacks.is_empty() => "**nothing**".into(),
            None => "**only what leans on others**".into(),
        };
        let decide_by = match figures {
            Some(it) => it
                .decide_by
                .as_ref()
                .map(|it| it.value.to_string())
                .or_else(|| it.no_decide_by.as_deref().map(escaped))
                .unwrap_or_else(|| "–".into()),
            None => "–".into(),
        };
        let _ = write!(
            text,
            "| `{}` | {} | {} | {} | {} | {fallback} | {decide_by} |",
            ask.id,
            ask.to,
            escaped(&ask.what),
            state(extract, ask),
            date(ask.wanted)
        );
        if odds {
            let lands = figures
                .and_then(|it| it.odds.as_ref())
                .map_or_else(|| "–".into(), |it| format!("{} ({})", or_never(it.p80), it.source));
            let _ = write!(text, " {} |", escaped(&lands));
        }
        text.push('\n');
    }
    text.push('\n');
}

fn state(extract: &Extract<'_>, ask: &Ask) -> String {
    format!("{}, {}", extract.organisation().ask_state(ask).word(), extract.state_source(ask))
}

/// Where the figures above come from, each kind once.
fn sources(extract: &Extract<'_>, text: &mut String) {
    let figures = &extract.figures;
    let mut lines = vec!["*Stands at* is exact: what the plans reach with no ask landing.".to_owned()];
    let dates = figures.outcomes.values().find_map(|it| it.live.as_ref());
    lines.extend(dates.map(|it| format!("P50, P80 and *on time* are a {}.", it.source)));
    let decide_by = figures.asks.values().find_map(|it| it.decide_by.as_ref());
    lines.extend(decide_by.map(|it| format!("*Decide by* is a {}.", it.source)));
    lines.push("Due and wanted dates, and what fallbacks keep, are stated by the plan's team.".into());
    text.push_str("Sources:\n\n");
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
}

fn date(date: Option<kedge_model::Date>) -> String {
    date.map_or_else(|| "–".into(), |date| date.to_string())
}

/// Text as it is: every ASCII punctuation mark that can mean something is escaped, line ends become blanks.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '(' | ')' | '#' | '+' | '-'
            | '!' | '|' | '~' | '&' | '=' | '$' | '^' => {
                // A hyphen or a parenthesis inside a line means nothing; escaped everywhere it would be hard to read.
                let inside = matches!(letter, '-' | '(' | ')' | '+' | '=') && !safe.trim().is_empty();
                if !inside {
                    safe.push('\\');
                }
                safe.push(letter);
            }
            // What a wiki would make a link or a mention of.
            '@' => safe.push_str("&#64;"),
            ':' => {
                safe.push_str(if safe.ends_with("http") || safe.ends_with("https") { "&#58;" } else { ":" });
            }
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    // `1.` at the beginning of a line is a list.
    let digits = safe.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && safe[digits..].starts_with(['.', ')']) {
        safe.insert(digits, '\\');
    }
    safe
}
