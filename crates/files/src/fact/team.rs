//! Teams.

use super::council::{decode_persons, encode_persons};
use super::{Home, decode_meta, encode_meta, named, unless};
use crate::node::{Node, Value};
use kedge_model::{
    Absence, AwayTeams, Because, Loan, Merge, Reference, SelfService, Service, ServiceId, Share, TakesAsks,
    TaskForce, Team, TeamKind, WhyApart,
};

const TAKES: [(&str, TakesAsks); 5] = [
    ("independent", TakesAsks::Independent),
    ("service-provider", TakesAsks::ServiceProvider),
    ("self-service", TakesAsks::SelfService),
    ("away-team-host", TakesAsks::AwayTeamHost),
    ("none", TakesAsks::None),
];
const BECAUSE: [(&str, Because); 4] = [
    ("load", Because::Load),
    ("availability", Because::Availability),
    ("law", Because::Law),
    ("team", Because::Team),
];

fn meant<T: Copy>(words: &[(&'static str, T)], word: &str) -> Option<T> {
    words.iter().find(|(name, _)| *name == word).map(|(_, meant)| *meant)
}

fn word_for<T: PartialEq>(words: &[(&'static str, T)], meant: &T) -> Option<&'static str> {
    words.iter().find(|(_, known)| known == meant).map(|(name, _)| *name)
}

fn kind(node: &Node) -> Option<TeamKind> {
    Some(match node.word("kind")? {
        "stream" => TeamKind::Stream,
        "platform" => TeamKind::Platform,
        "enabling" => TeamKind::Enabling,
        "task-force" => TeamKind::TaskForce(TaskForce {
            initiative: node.reference("for")?,
            full_time: node.word("time")? == "full",
            starts: node.date("starts")?,
            ends: node.date("ends")?,
            wants: node
                .braces_list("wants")
                .iter()
                .filter_map(|wants| Some((wants.team("team")?, u32::try_from(wants.whole("people")?).ok()?)))
                .collect(),
            later_owner: node.team("later-owner")?,
        }),
        "tiger" => TeamKind::Tiger,
        "community" => TeamKind::Community { members: node.teams("members"), topics: node.texts("topics") },
        "external" => {
            TeamKind::External { kept_by: Some(node.team("kept-by")?), contact: node.text("contact") }
        }
        _ => return None,
    })
}

pub(super) fn decode(node: &Node, home: &Home) -> Option<Team> {
    let mut team = Team::new(home.own.clone(), kind(node)?);
    team.title = node.text("title");
    team.stated_people = node.whole("people").and_then(|people| u32::try_from(people).ok());
    team.focus = node.share("focus").unwrap_or(Share::ONE);
    team.other_work = node.share("other-work");
    team.takes_asks = node.words("takes-asks", |word| meant(&TAKES, word));
    team.turnaround = node.work_time("turnaround");
    team.channel = node.text("channel");
    team.cannot_help = node.text("cannot-help");
    team.rank = node.references("rank");
    team.shifts = node.count_rate("shifts");
    team.holidays = node.dates("holidays");
    team.handles = node.texts("handles");
    team.owns = node.texts("owns");
    team.persons = decode_persons(node);
    team.absences = node.list("absence").filter_map(absence).collect();
    team.loans = node.list("loan").filter_map(loan).collect();
    team.away_teams = node.one("away-teams").map(away_teams);
    team.services = named(node, "service")
        .map(|(name, node)| {
            let service = Service {
                id: ServiceId::new(home.own.clone(), name.clone()),
                title: node.text("title"),
                paths: node.texts("paths"),
                why_apart: node.braces("why-apart").and_then(|why| {
                    Some(WhyApart { because: meant(&BECAUSE, why.word("because")?)?, why: why.text("why")? })
                }),
                meta: decode_meta(node),
            };
            (name, service)
        })
        .collect();
    team.self_services = named(node, "self-service")
        .filter_map(|(name, node)| {
            let service = SelfService {
                what: node.text("what")?,
                how: node.text("how")?,
                effort: node.effort("effort"),
                meta: decode_meta(node),
            };
            Some((name, service))
        })
        .collect();
    team.meta = decode_meta(node);
    Some(team)
}

fn absence(node: &Node) -> Option<Absence> {
    Some(Absence {
        who: node.reference("who"),
        from: node.date("from")?,
        until: node.date("until")?,
        share: node.share("share").unwrap_or(Share::ONE),
        meta: decode_meta(node),
    })
}

fn loan(node: &Node) -> Option<Loan> {
    Some(Loan {
        who: node.reference("who")?,
        to: node.team("to")?,
        share: node.share("share").unwrap_or(Share::ONE),
        from: node.date("from")?,
        until: node.date("until")?,
        embed: node.word("kind") == Some("embed"),
        meta: decode_meta(node),
    })
}

fn away_teams(node: &Node) -> AwayTeams {
    AwayTeams {
        merge: if node.word("merge") == Some("open") { Merge::Open } else { Merge::Host },
        guide: node.reference("guide"),
        guide_share: node.share("guide-share"),
        norms: node.text("norms"),
        fits: node.text("fits"),
        meta: decode_meta(node),
    }
}

pub(super) fn encode(it: &Team, file: &mut Node) {
    file.set("title", it.title.clone());
    file.set("kind", Some(it.kind.word()));
    match &it.kind {
        TeamKind::TaskForce(force) => {
            file.set("for", Some(force.initiative.reference().clone()));
            file.set("time", Some(if force.full_time { "full" } else { "part" }));
            file.set("starts", Some(force.starts));
            file.set("ends", Some(force.ends));
            let wants: Vec<Node> = force
                .wants
                .iter()
                .map(|(team, people)| {
                    let mut braces = file.behind("wants");
                    braces.set("team", Some(team.clone()));
                    braces.set("people", Some(i64::from(*people)));
                    braces
                })
                .collect();
            file.set("wants", Some(wants));
            file.set("later-owner", Some(force.later_owner.clone()));
        }
        TeamKind::Community { members, topics } => {
            file.set("members", Some(members.iter().cloned().map(Value::Team).collect::<Vec<_>>()));
            file.set_list("topics", topics.iter().cloned());
        }
        TeamKind::External { kept_by, contact } => {
            file.set("kept-by", kept_by.clone());
            file.set("contact", contact.clone());
        }
        TeamKind::Stream | TeamKind::Platform | TeamKind::Enabling | TeamKind::Tiger => {}
    }
    file.set("people", it.stated_people.map(i64::from));
    file.set("focus", unless(&it.focus, &Share::ONE));
    file.set("other-work", it.other_work);
    file.set_list("takes-asks", it.takes_asks.iter().filter_map(|takes| word_for(&TAKES, takes)));
    file.set("turnaround", it.turnaround);
    file.set("channel", it.channel.clone());
    file.set("cannot-help", it.cannot_help.clone());
    file.set_list("rank", it.rank.iter().cloned());
    file.set("shifts", it.shifts);
    file.set_list("holidays", it.holidays.iter().copied());
    file.set_list("handles", it.handles.iter().cloned());
    file.set_list("owns", it.owns.iter().cloned());
    encode_meta(&it.meta, file);
    encode_persons(&it.persons, file);
    for it in &it.absences {
        let mut node = file.inside("absence");
        node.set("who", it.who.clone().map(Reference::from));
        node.set("from", Some(it.from));
        node.set("until", Some(it.until));
        node.set("share", unless(&it.share, &Share::ONE));
        encode_meta(&it.meta, &mut node);
        file.push("absence", "", node);
    }
    for it in &it.loans {
        let mut node = file.inside("loan");
        node.set("who", Some(it.who.reference().clone()));
        node.set("to", Some(it.to.clone()));
        node.set("share", unless(&it.share, &Share::ONE));
        node.set("from", Some(it.from));
        node.set("until", Some(it.until));
        node.set("kind", it.embed.then_some("embed"));
        encode_meta(&it.meta, &mut node);
        file.push("loan", "", node);
    }
    if let Some(it) = &it.away_teams {
        let mut node = file.inside("away-teams");
        node.set("merge", (it.merge == Merge::Open).then_some("open"));
        node.set("guide", it.guide.clone().map(Reference::from));
        node.set("guide-share", it.guide_share);
        node.set("norms", it.norms.clone());
        node.set("fits", it.fits.clone());
        encode_meta(&it.meta, &mut node);
        file.push("away-teams", "", node);
    }
    for (id, it) in &it.services {
        let mut node = file.inside("service");
        node.set("title", it.title.clone());
        node.set_list("paths", it.paths.iter().cloned());
        if let Some(why) = &it.why_apart {
            let mut braces = node.behind("why-apart");
            braces.set("because", word_for(&BECAUSE, &why.because));
            braces.set("why", Some(why.why.clone()));
            node.set("why-apart", Some(braces));
        }
        encode_meta(&it.meta, &mut node);
        file.push("service", id.as_str(), node);
    }
    for (id, it) in &it.self_services {
        let mut node = file.inside("self-service");
        node.set("what", Some(it.what.clone()));
        node.set("how", Some(it.how.clone()));
        node.set("effort", it.effort.clone());
        encode_meta(&it.meta, &mut node);
        file.push("self-service", id.as_str(), node);
    }
}
