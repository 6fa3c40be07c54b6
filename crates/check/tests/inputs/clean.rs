//! An organisation that does everything as the design means it: a railway company of forty-one teams, made up here, the
//! same each time. Every feature of the plan language that a rule reads is used, and used rightly, so that a rule that
//! finds something here is wrong.
//!
//! Thirty streams plan a quarter each, with one outcome of their own work and one that asks a platform for something.
//! Five platforms serve them; what they were asked they have answered in every way there is. Two teams enable, one is a
//! tiger team, one a community, one a task force, and a supplier is outside.

use kedge_files::SourceText;
use std::fmt::Write;

/// The day from which it is looked at.
pub(crate) const AS_OF: &str = "2026-10-14";

/// A stream: its name, what its outcome is, what it asks a platform for, and the measure that it moves.
struct Stream {
    id: &'static str,
    outcome: &'static str,
    asks: &'static str,
    measure: &'static str,
}

const fn stream(
    id: &'static str,
    outcome: &'static str,
    asks: &'static str,
    measure: &'static str,
) -> Stream {
    Stream { id, outcome, asks, measure }
}

#[rustfmt::skip]
const STREAMS: [Stream; 30] = [
    stream("journeys", "Find a route with one change fewer", "Timetables of neighbouring countries, each night", "searches-sold"),
    stream("tickets", "Buy for a friend without their account", "Codes that are shown on a watch", "tickets-sold"),
    stream("seats", "Choose a seat by what is seen from it", "Plans of each carriage as drawings", "seats-chosen"),
    stream("refunds", "Money back on the day of the delay", "A faster channel to the savings banks", "days-to-refund"),
    stream("passes", "A pass for the days that people commute", "Renewal while the holder sleeps", "passes-kept"),
    stream("groups", "School trips booked in an hour", "Contracts signed by a thumb", "groups-booked"),
    stream("bicycles", "A hook for each bicycle that has a ticket", "Weights measured at the door", "bicycles-left-behind"),
    stream("luggage", "Suitcases go ahead to the hotel", "Labels that survive rain", "suitcases-carried"),
    stream("dining", "Dinner ordered before boarding", "Temperatures of fridges as they change", "meals-sold"),
    stream("lounges", "Lounge doors open by face or by card", "Cameras that forget after a minute", "lounge-visits"),
    stream("nights", "Sleepers sold by the berth", "Prices that follow the moon of demand", "berths-sold"),
    stream("freight", "A wagon tracked to the siding", "Positions from satellites every minute", "wagons-lost"),
    stream("parcels", "Lockers at forty stations", "Locks opened from afar", "parcels-picked-up"),
    stream("taxis", "A taxi that waits when the train is late", "Promises of arrival to drivers", "taxis-taken"),
    stream("buses", "One ticket across train and bus", "Clearing of fares between companies", "transfers-sold"),
    stream("parking", "Parking paid by licence plate", "Plates read at barriers in snow", "spaces-used"),
    stream("assistance", "Ramps booked in one step", "Staff called by radio from a page", "ramps-late"),
    stream("languages", "Announcements in the listener's language", "Voices made from text in twelve tongues", "complaints-heard"),
    stream("delays", "The reason for a delay, in words", "Signals and switches as a stream", "delay-calls"),
    stream("crowds", "Which carriage has room", "Counts of people by door", "standing-minutes"),
    stream("stations", "Indoor maps that know which lift works", "Faults of lifts within seconds", "wrong-turns"),
    stream("platforms-signs", "Signs that change with the train's length", "Brightness steered by daylight", "late-boardings"),
    stream("crews", "Rosters that swap without a phone call", "Rest hours proved to the inspector", "swaps-made"),
    stream("drivers", "Greener driving shown in the cab", "Energy used per kilometre and axle", "energy-used"),
    stream("workshops", "Wheels turned before they are flat", "Vibration spectra kept for a year", "wheels-failed"),
    stream("cleaning", "A carriage cleaned when it needs it", "Air quality read in each coach", "dirt-reports"),
    stream("safety", "Near misses told within the shift", "Recordings sealed against change", "near-misses-told"),
    stream("audit", "Books closed by the third day", "Ledgers exported in the regulator's form", "days-to-close"),
    stream("loyalty", "Points that turn into upgrades", "Balances settled across brands", "upgrades-taken"),
    stream("marketing", "Offers only to those who want them", "Consent shared by all brands", "offers-opened"),
];

const PLATFORMS: [&str; 5] = ["data", "runtime", "identity", "devices", "money"];

/// What a platform has said to an ask, by the place of its stream among those that ask it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Promised, by an item of the platform's own plan.
    Promised,
    /// Being weighed, with a day for the answer.
    Considering,
    /// Another offer was made, and accepted.
    Countered,
    /// Refused; the fallback runs.
    Declined,
    /// Landed, and nothing stood in for it.
    Landed,
    /// Landed, and the hack that stood in for it was left.
    LandedAndLeft,
}

const WORDS: [Word; 6] =
    [Word::Promised, Word::Considering, Word::Countered, Word::Declined, Word::Landed, Word::LandedAndLeft];

/// The platform that a stream asks, and what that has said.
fn asked(place: usize) -> (&'static str, Word) {
    (PLATFORMS[place % PLATFORMS.len()], WORDS[place / PLATFORMS.len()])
}

/// Every file of it.
pub(crate) fn organisation() -> Vec<SourceText> {
    let mut files = vec![file("kedge.toml", settings()), file("council.kedge.toml", council())];
    for (place, stream) in STREAMS.iter().enumerate() {
        let id = stream.id;
        files.push(file(&format!("{id}/team.kedge.toml"), stream_team(place, stream)));
        files.push(file(&format!("{id}/autumn.kedge.toml"), stream_plan(place, stream)));
        files.push(file(&format!("{id}/data.kedge.toml"), stream_data(place, stream)));
        let answers = stream_answers(place, stream);
        files.extend(answers.map(|text| file(&format!("{id}/answers.kedge.toml"), text)));
    }
    for platform in PLATFORMS {
        files.push(file(&format!("{platform}/team.kedge.toml"), platform_team(platform)));
        files.push(file(&format!("{platform}/autumn.kedge.toml"), platform_plan(platform)));
        files.push(file(&format!("{platform}/answers.kedge.toml"), platform_answers(platform)));
    }
    files.push(file("money/proposal.kedge.toml", PROPOSAL.to_owned()));
    for (path, text) in OTHERS {
        files.push(file(path, text.to_owned()));
    }
    files
}

fn file(path: &str, text: String) -> SourceText {
    SourceText { path: path.to_owned(), text }
}

fn settings() -> String {
    let mut text = String::from(
        r#"name        = "Northern Lines"
currency    = "EUR"
time-zone   = "Europe/Copenhagen"
stage       = "scaling"
person-week = "4k"
steward     = "council/ines"

[calendar]
holidays = [2026-12-25, 2027-01-01]

[measure.work-made-easy]
title  = "Teams that ship without asking"
unit   = "points"
better = "up"
"#,
    );
    for stream in &STREAMS {
        let better = if is_better_down(stream) { "down" } else { "up" };
        let _ = write!(
            text,
            "\n[measure.{}]\ntitle  = \"{}\"\nunit   = \"a week\"\nbetter = \"{better}\"\n",
            stream.measure,
            stream.measure.replace('-', " ")
        );
    }
    text.push_str(
        "\n[repository.lines]\ngit        = \"https://git.example/lines.git\"\ncodeowners = \"CODEOWNERS\"\n",
    );
    text
}

/// Measures of what nobody wants more of.
fn is_better_down(stream: &Stream) -> bool {
    let bad = [
        "days",
        "left",
        "lost",
        "late",
        "complaints",
        "calls",
        "minutes",
        "wrong",
        "failed",
        "dirt",
        "energy",
    ];
    bad.iter().any(|word| stream.measure.contains(word))
}

fn council() -> String {
    let mut text = String::from(
        r#"team = "council"
rank = ["winter", "open-fares"]

[initiative.winter]
title    = "Trains that run in snow"
kind     = "critical-project"
outcomes = ["workshops/autumn-goal", "winter-crew/warm-switches"]
sponsor  = "wim"

[initiative.open-fares]
title           = "One fare from door to door"
kind            = "program"
outcomes        = ["buses/autumn-goal", "taxis/autumn-goal", "money/easier"]
program-manager = "petra"
sponsor         = "ines"

[person.ines]
roles = ["sponsor", "stakeholder", "integrator"]

[person.petra]
roles = ["program-manager"]

[person.wim]
roles = ["sponsor", "stakeholder"]
"#,
    );
    for (place, stream) in STREAMS.iter().enumerate() {
        let _ = write!(
            text,
            "\n[[confirm]]\noutcome = \"{}/autumn-goal\"\nvalue   = \"{}k/week\"\non      = 2026-09-28\nwho     = \"ines\"\n",
            stream.id,
            10 + place % 7
        );
    }
    text
}

fn stream_team(place: usize, stream: &Stream) -> String {
    let id = stream.id;
    let mut text = format!(
        r##"team       = "{id}"
title      = "{id}"
kind       = "stream"
people     = 6
other-work = "15%"
takes-asks = ["independent", "away-team-host"]
turnaround = "5d"
channel    = "#{id}"
rank       = ["autumn-goal", "autumn-care"]
handles    = ["@lines/{id}"]
owns       = ["lines:{id}/**"]

[person.lead]
name  = "Lead of {id}"
roles = ["lead", "stakeholder"]

[person.integrator]
roles = ["integrator"]

[person.visitor]
name = "Goes where help is needed"

[away-teams]
merge       = "host"
guide       = "integrator"
guide-share = "10%"
norms       = "https://wiki.example/{id}/visitors"
fits        = "Small changes with tests"

[service.{id}-service]
paths     = ["lines:{id}/**"]
why-apart = {{ because = "team", why = "It changes with its own plan" }}
"##
    );
    if ["workshops", "cleaning"].contains(&id) {
        text.push_str(
            "\n[[loan]]\nwho   = \"visitor\"\nto    = \"winter-crew\"\nshare = \"100%\"\nfrom  = 2026-10-05\nuntil = 2026-11-13\n",
        );
    }
    if place.is_multiple_of(4) {
        text.push_str("\n[[absence]]\nwho   = \"lead\"\nfrom  = 2026-11-02\nuntil = 2026-11-06\n");
    }
    text
}

fn stream_plan(place: usize, stream: &Stream) -> String {
    let (platform, word) = asked(place);
    let change = if is_better_down(stream) { "-20 a week" } else { "+20 a week" };
    let gate = match word {
        // What has landed is being wired in.
        Word::Landed | Word::LandedAndLeft => "started = 2026-10-12",
        _ => "after  = \"build\"",
    };
    format!(
        r#"team   = "{id}"
title  = "Autumn of {id}"
period = "2026-Q4"

[outcome.autumn-goal]
title       = "{outcome}"
value       = "{value}k/week"
due         = 2026-12-18
kpi         = {{ measure = "{measure}", change = "{change}" }}
stakeholder = "council/ines"

[outcome.autumn-care]
title       = "{care}"
due         = 2026-12-18
kpi         = {{ measure = "{measure}", change = "{change}" }}
stakeholder = "lead"

[work.build]
title  = "Build it"
for    = "autumn-goal"
effort = "2w, rarely over 4w"

[work.wire-up]
title  = "Wire it up"
for    = "autumn-goal"
{gate}
effort = "1w, rarely over 2w"

[work.care]
title  = "Renew what is old"
for    = "autumn-care"
effort = ["6d", "8d", "9d", "10d", "7d", "8d", "11d", "9d", "6d", "12d"]
crew   = 2

[ask.from-{platform}]
to     = "{platform}"
what   = "{asks}"
why    = "Without it people do by hand what a machine could"
asked  = {{ on = 2026-09-{asked_on:02}, how = "brief in #{platform}" }}
wanted = 2026-11-06
effort = "1w, rarely over 2w"
gates  = "wire-up"
{accepted}
[[ask.from-{platform}.fallback]]
kind   = "away-team"
send   = "visitor"
create = "2w, rarely over 3w"

[[ask.from-{platform}.fallback]]
kind     = "hack"
what     = "A small copy of our own, fed each night"
create   = "1w, rarely over 2w"
maintain = "1d/month"
migrate  = "1w, rarely over 2w"
keeps    = "90%"
expires  = 2027-06-30
{hack}"#,
        id = stream.id,
        outcome = stream.outcome,
        value = 10 + place % 7,
        measure = stream.measure,
        care = CARES[place],
        asks = stream.asks,
        asked_on = 7 + place % 20,
        accepted = if word == Word::Countered { "accepted = 2026-10-09\n" } else { "" },
        hack = match word {
            Word::Declined if place.is_multiple_of(2) =>
                "start = \"now\"\ntaken = 2026-10-05\nlive  = 2026-10-12\n",
            Word::Declined =>
                "start = \"now\"\ntaken = 2026-10-09\nleft  = { on = 2026-10-13, effort = \"3d\" }\n",
            Word::LandedAndLeft => "taken    = 2026-09-14\nlive     = 2026-09-21\nmigrated = 2026-10-09\n",
            _ => "",
        },
    )
}

/// What each stream renews without asking anybody, in the order of [`STREAMS`].
#[rustfmt::skip]
const CARES: [&str; 30] = [
    "Old maps redrawn",
    "Printers that jam replaced",
    "Carriage drawings digitised",
    "Savings forms halved",
    "Expired cards swept away",
    "Teachers greeted by name",
    "Hooks painted yellow",
    "Trolleys with quiet wheels",
    "Menus without paper",
    "Chairs mended at night",
    "Blankets washed greener",
    "Siding lamps made solar",
    "Locker doors rehung",
    "Ranks lit till midnight",
    "Shelters roofed with grass",
    "Potholes filled before frost",
    "Ramps checked each Monday",
    "Old recordings retired",
    "Forecasts explained to staff",
    "Counters cleaned of dust",
    "Lift logs read by machine",
    "Dim signs relit",
    "Rosters printed no longer",
    "Cab seats that do not squeak",
    "Lathes tended by apprentices",
    "Brushes changed on time",
    "Drills held in darkness",
    "Receipts scanned on arrival",
    "Dormant accounts closed",
    "Newsletters cut to one",
];

/// Each stream owns what it writes; every sixth lets its neighbour write too, under a contract that both have signed.
fn stream_data(place: usize, stream: &Stream) -> String {
    let id = stream.id;
    let shared = place.is_multiple_of(6);
    let neighbour = STREAMS[(place + 1) % STREAMS.len()].id;
    let mut text = format!(
        "team = \"{id}\"\n\n[dataset.records]\ntitle   = \"Records of {id}\"\nwhere   = [\"lines:{id}/db/**\"]\n"
    );
    if shared {
        let _ = write!(
            text,
            r#"writers = ["{id}", "{neighbour}"]
readers = ["audit"]

[dataset.records.invariant.one-each]
kind  = "unique"
field = "record"

[dataset.records.operation.ours]
writer = "{id}"
does   = "set"
field  = "note"

[dataset.records.operation.theirs]
writer = "{neighbour}"
does   = "insert-if-absent"

[dataset.records.contract]
kind      = "merged"
version   = 1
staleness = "1h"
transport = "nats"
merge     = {{ note = "last-writer" }}
opened    = 2026-08-03
adopted   = 2026-08-24
"#
        );
    } else {
        let _ = write!(
            text,
            r#"writers = ["{id}"]
readers = ["audit"]

[dataset.records.invariant.one-each]
kind  = "unique"
field = "record"

[dataset.records.operation.keep]
writer = "{id}"
does   = "insert-if-absent"

[dataset.records.contract]
kind      = "owned"
version   = 1
staleness = "5min"
transport = "nats"
opened    = 2026-08-03
adopted   = 2026-08-24
"#
        );
    }
    text
}

/// What a stream has signed: the contracts of what it writes with others, and the proposal that it adopts.
fn stream_answers(place: usize, stream: &Stream) -> Option<String> {
    let before = STREAMS[(place + STREAMS.len() - 1) % STREAMS.len()].id;
    let mut signed = Vec::new();
    match place % 6 {
        0 => signed.push(format!("contract = \"{}/records\"\nversion  = 1\n", stream.id)),
        1 => signed.push(format!("contract = \"{before}/records\"\nversion  = 1\n")),
        _ => {}
    }
    if ["buses", "taxis"].contains(&stream.id) {
        signed.push("proposal = \"money/one-clearing\"\n".to_owned());
    }
    if signed.is_empty() {
        return None;
    }
    let mut text = format!("team = \"{}\"\n", stream.id);
    for what in signed {
        let _ = write!(text, "\n[[sign]]\n{what}on       = 2026-08-12\nsays     = \"signed\"\n");
    }
    Some(text)
}

fn platform_team(id: &str) -> String {
    let ranked: Vec<String> = (0..STREAMS.len())
        .filter(|place| asked(*place).0 == id)
        .map(|place| format!("\"{}/from-{id}\"", STREAMS[place].id))
        .collect();
    format!(
        r##"team        = "{id}"
title       = "{id} platform"
kind        = "platform"
people      = 10
other-work  = "20%"
takes-asks  = ["independent", "self-service", "away-team-host"]
turnaround  = "10d"
channel     = "#{id}"
cannot-help = "The recordings of our courses, and a visit of your own people"
rank        = [{ranked}, "easier"]
handles     = ["@lines/{id}"]
owns        = ["lines:platform/{id}/**"]

[person.lead]
roles = ["lead", "stakeholder"]

[person.integrator]
roles = ["integrator"]

[away-teams]
merge       = "host"
guide       = "integrator"
guide-share = "10%"
norms       = "https://wiki.example/{id}/visitors"

[self-service.start-one]
what   = "A new one of what we run, in an hour"
how    = "https://wiki.example/{id}/start"
effort = "2h"
"##,
        ranked = ranked.join(", ")
    )
}

fn platform_plan(id: &str) -> String {
    let title = match id {
        "data" => "Tables found and joined by those who need them",
        "runtime" => "Programs deployed by a push",
        "identity" => "Sign-in added with one line",
        "devices" => "Sensors that enrol themselves",
        _ => "Invoices sent from any screen",
    };
    format!(
        r#"team   = "{id}"
title  = "Less to ask {id} for"
period = "2026-Q4"

[outcome.easier]
title       = "{title}"
value       = "20k/week"
due         = 2026-12-18
kpi         = {{ measure = "work-made-easy", change = "+5 points" }}
stakeholder = "lead"

[work.forms]
for    = "easier"
effort = "3w, rarely over 5w"

[work.promised]
title  = "What we have promised the first who asked"
effort = "1w, rarely over 2w"
"#
    )
}

fn platform_answers(id: &str) -> String {
    let mut text = format!("team = \"{id}\"\n");
    let mut places: Vec<usize> = (0..STREAMS.len()).filter(|place| asked(*place).0 == id).collect();
    places.sort_by_key(|place| STREAMS[*place].id);
    for place in places {
        let ask = format!("{}/from-{id}", STREAMS[place].id);
        let mut say = |rest: &str| {
            let _ = write!(text, "\n[[answer.\"{ask}\"]]\n{rest}");
        };
        match asked(place).1 {
            Word::Promised => {
                say("on   = 2026-10-02\nsays = \"committed\"\nby   = 2026-11-06\nwork = \"promised\"\n");
            }
            Word::Considering => {
                say("on    = 2026-10-05\nsays  = \"considering\"\nuntil = 2026-10-23\n");
                say("on    = 2026-10-06\nhost  = \"welcome\"\nguide = \"integrator\"\n");
            }
            Word::Countered => {
                say(
                    "on    = 2026-10-06\nsays  = \"countered\"\noffer = \"Once a day, not as it changes\"\nby    = 2026-11-06\n",
                );
            }
            Word::Declined => {
                say(
                    "on      = 2026-10-02\nsays    = \"declined\"\nwhy     = \"Not before the snow\"\ninstead = \"Our nightly copy\"\n",
                );
                say("on   = 2026-10-02\nhost = \"unable\"\n");
            }
            Word::Landed => {
                say("on   = 2026-09-30\nsays = \"committed\"\nby   = 2026-10-09\n");
                say("on   = 2026-10-09\nsays = \"landed\"\n");
            }
            Word::LandedAndLeft => say("on   = 2026-10-05\nsays = \"landed\"\n"),
        }
    }
    text
}

const PROPOSAL: &str = r#"team = "money"

[proposal.one-clearing]
title    = "One clearing of fares"
problem  = "Fares between companies are settled in two places"
adopters = ["buses", "taxis"]
chosen   = "service"
opened   = 2026-08-03

[proposal.one-clearing.option.service]
kind       = "service"
what       = "Clearing behind one call"
build      = "4w, rarely over 7w"
adopt      = "1w, rarely over 2w"
alone      = "5w, rarely over 9w"
maintain   = "2d/month"
coordinate = "1d/month"

[proposal.one-clearing.option.apart]
kind     = "apart"
what     = "Each keeps its own"
alone    = "5w, rarely over 9w"
maintain = "4d/month"
"#;

const OTHERS: [(&str, &str); 9] = [
    (
        "coaching/team.kedge.toml",
        r##"team        = "coaching"
kind        = "enabling"
people      = 4
takes-asks  = ["service-provider"]
turnaround  = "5d"
channel     = "#coaching"
cannot-help = "The recordings of the last three courses"

[person.femke]
roles = ["lead", "integrator"]

[[loan]]
who   = "femke"
to    = "crews"
share = "80%"
from  = 2026-10-05
until = 2026-11-13
kind  = "embed"
"##,
    ),
    (
        "measuring/team.kedge.toml",
        "team = \"measuring\"\nkind = \"enabling\"\npeople = 3\ntakes-asks = [\"service-provider\"]\nturnaround = \"5d\"\n",
    ),
    (
        "flying-squad/team.kedge.toml",
        "team = \"flying-squad\"\nkind = \"tiger\"\npeople = 3\ntakes-asks = [\"service-provider\"]\nturnaround = \"3d\"\n",
    ),
    (
        "map-makers/team.kedge.toml",
        "team = \"map-makers\"\nkind = \"community\"\nmembers = [\"journeys\", \"stations\", \"buses\"]\ntopics = [\"maps\"]\n",
    ),
    (
        "axle-works/team.kedge.toml",
        "team = \"axle-works\"\ntitle = \"Axle Works (supplier)\"\nkind = \"external\"\nkept-by = \"workshops\"\ncontact = \"Eva Lund\"\n\
         takes-asks = [\"service-provider\"]\nturnaround = \"10d\"\n",
    ),
    (
        "axle-works/answers.kedge.toml",
        "team = \"axle-works\"\n\n[[answer.\"workshops/spare-wheels\"]]\non    = 2026-10-05\nsays  = \"committed\"\nby    = 2026-11-13\nheard = \
         \"Eva Lund, by mail\"\n",
    ),
    (
        "workshops/wheels.kedge.toml",
        r#"team   = "workshops"
title  = "Wheels in store"
period = "2026-Q4"

[outcome.wheels-in-store]
title       = "Spare wheels for a hard month"
due         = 2026-12-18
kpi         = { measure = "wheels-failed", change = "-1 a week" }
stakeholder = "lead"

[work.shelves]
for    = "wheels-in-store"
effort = "1w, rarely over 2w"

[ask.spare-wheels]
to     = "axle-works"
what   = "Forty wheel sets before the frost"
why    = "Nobody turns wheels in January"
asked  = { on = 2026-09-28, how = "order by mail" }
wanted = 2026-11-13
gates  = "wheels-in-store"

[[ask.spare-wheels.fallback]]
kind  = "descope"
what  = "Twenty sets from the old trains"
keeps = "60%"
"#,
    ),
    (
        "winter-crew/team.kedge.toml",
        r##"team        = "winter-crew"
kind        = "task-force"
for         = "council/winter"
time        = "full"
starts      = 2026-10-05
ends        = 2026-11-13
wants       = [{ team = "workshops", people = 1 }, { team = "cleaning", people = 1 }]
later-owner = "workshops"
takes-asks  = ["none"]
channel     = "#winter"
"##,
    ),
    (
        "winter-crew/switches.kedge.toml",
        r#"team   = "winter-crew"
title  = "Switches that do not freeze"
from   = 2026-10-05
until  = 2026-11-13

[outcome.warm-switches]
title       = "Two hundred switches with heaters that know the weather"
due         = 2026-11-13
kpi         = { measure = "delay-calls", change = "-50 a week" }
stakeholder = "council/wim"

[work.heaters]
for    = "warm-switches"
effort = "3w, rarely over 4w"
crew   = 2
"#,
    ),
];
