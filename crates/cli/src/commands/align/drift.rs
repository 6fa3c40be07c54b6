//! `kedge align drift`: what arrives against what lands.

use super::super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::{Tone, print_table, say};
use kedge_align::drift::{AreaDrift, Drift, Quarter};
use kedge_align::price::person_weeks;

/// Every team as a whole, or one with each of its areas.
pub(super) fn run(session: &Session, team: Option<&str>) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let team = team.map(|team| find::team(&answers.organisation, team)).transpose()?;
    let mut drift = (*answers.drift()).clone();
    if let Some(team) = &team {
        drift.areas.retain(|area| area.team == *team);
    }
    if session.json {
        print_json(&drift)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, drift.headline()));
    let shown: Vec<&AreaDrift> =
        drift.areas.iter().filter(|area| team.is_some() || area.area.is_none()).collect();
    if shown.is_empty() {
        return Ok(Exit::Fine);
    }
    say!();
    let mut table = terminal.table(
        &["area", "waiting", "gap", "arrived / landed", "changed", "stands in", "value that waits"],
        &[4],
    );
    let calendar = &answers.organisation.settings().calendar;
    for area in shown {
        let name = match &area.area {
            Some(name) => format!("  {name}"),
            None => area.team.to_string(),
        };
        let stands_in = match area.standing_in.len() {
            0 => "–".to_owned(),
            count => {
                let detours = if count == 1 { "1 detour".to_owned() } else { format!("{count} detours") };
                let upkeep = area.upkeep_a_quarter;
                let kept = if upkeep.0 > 0.0 {
                    format!(", {} a quarter", person_weeks(upkeep, calendar))
                } else {
                    String::new()
                };
                detours + &kept
            }
        };
        table.add_row([
            name,
            area.waiting_in_words(),
            area.widening.in_words(),
            by_quarter(&drift, area),
            match area.quarters.iter().map(|quarter| quarter.changed).sum::<u32>() {
                0 => "–".into(),
                changed => changed.to_string(),
            },
            stands_in,
            area.at_stake.in_words().unwrap_or_else(|| "–".into()),
        ]);
    }
    print_table(&table);
    let note = format!(
        "As of {}. Arrived: asks asked for the first time and work of plans that began; landed: asks landed, served or withdrawn, work done. Gap: what waits, from the first quarter with a record to the last that is over. Changed: asks revised or given back, new versions of contracts.",
        drift.as_of
    );
    say!("{}", terminal.paint(Tone::Soft, note));
    Ok(Exit::Fine)
}

/// `2026-Q3 4/2, 2026-Q4 12/1`: the quarters in which anything happened.
fn by_quarter(drift: &Drift, area: &AreaDrift) -> String {
    let happened = |quarter: &&Quarter| quarter.arrived() + quarter.settled() > 0;
    let quarters = drift.quarters.iter().zip(&area.quarters).filter(|(_, quarter)| happened(quarter));
    let said: Vec<String> = quarters
        .map(|(name, quarter)| format!("{name} {}/{}", quarter.arrived(), quarter.settled()))
        .collect();
    if said.is_empty() { "–".into() } else { said.join("\n") }
}
