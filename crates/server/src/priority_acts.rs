//! What people record from the pages of the queue and the council: orders and needs.

use crate::acts::Fields;
use crate::priority::Asked;
use kedge_model::{Act, AskId};
use kedge_workspace::Answers;

/// Acts, and what they do in words; otherwise why a form means none.
type Read = Result<(Vec<Act>, String), String>;

/// The act that a form means, and what it does in words; `None` where it is none of these.
pub(crate) fn read(act: &str, ask: &str, fields: &Fields, answers: &Answers) -> Option<Read> {
    Some(match act {
        "queue-order" => in_queue(fields, answers),
        "council-order" => in_council(fields, answers),
        "join" if ask.is_empty() => join_lines(&fields.line, &fields.beside, answers),
        "join" => join(ask, answers),
        "split" => split(ask, answers),
        _ => return None,
    })
}

const WHAT: &str = "it does not say what is moved";

fn in_queue(fields: &Fields, answers: &Answers) -> Read {
    let moving = Asked::new(&fields.line, &fields.to, &fields.beside).in_queue(answers).ok_or(WHAT)??;
    Ok((vec![moving.act()], moving.what(&answers.organisation)))
}

fn in_council(fields: &Fields, answers: &Answers) -> Read {
    let moving = Asked::new(&fields.line, &fields.to, &fields.beside).in_council(answers).ok_or(WHAT)??;
    Ok((vec![moving.act()], moving.what()))
}

fn join(asks: &str, answers: &Answers) -> Read {
    let asks: Result<Vec<AskId>, _> = asks.split(',').map(|ask| ask.trim().parse()).collect();
    let asks = asks.map_err(|error: kedge_model::LiteralError| error.to_string())?;
    let names: Vec<String> = asks.iter().map(ToString::to_string).collect();
    Ok((vec![Act::Join { asks, on: answers.as_of }], format!("{} are one need", names.join(" and "))))
}

/// All asks of two lines of one queue are one need.
fn join_lines(line: &str, other: &str, answers: &Answers) -> Read {
    let queue = answers.queue(None);
    let of = |name: &str| {
        let id: AskId = name.parse().map_err(|error: kedge_model::LiteralError| error.to_string())?;
        let line =
            queue.line(id.reference()).ok_or_else(|| format!("no line of the queue is called `{name}`"))?;
        Ok::<_, String>(line.asks.iter().map(|it| it.ask.to_string()).collect::<Vec<_>>())
    };
    let (one, two) = (of(line)?, of(other)?);
    if one == two {
        return Err(format!("{line} is one line already: say what it is joined with"));
    }
    join(&[one, two].concat().join(","), answers)
}

fn split(ask: &str, answers: &Answers) -> Read {
    let ask: AskId = ask.parse().map_err(|error: kedge_model::LiteralError| error.to_string())?;
    let act = answers.split(&ask, answers.as_of).map_err(|error| error.to_string())?;
    Ok((vec![act], format!("{ask} is a need of its own")))
}
