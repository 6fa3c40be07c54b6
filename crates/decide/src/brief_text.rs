//! The brief as Markdown, for an issue of any tracker.

use crate::brief::{Brief, Offer, Onward, Starts, Weighed};
use crate::markdown::inline;
use kedge_forecast::Amount;
use kedge_model::{Date, HostState, Money, Share, Worth, listed};

/// Headings, paragraphs and lists; what people wrote is text in them, whatever it looks like.
pub(crate) fn markdown(brief: &Brief) -> String {
    let mut text = String::new();
    let day = |day: Date| format!("{} {} {}", day.day(), day.month_name(), day.year());
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("# {} asks {}: {}", inline(&brief.asker), inline(&brief.asked_team), inline(&brief.what)));
    line(String::new());
    match brief.wanted {
        Some(wanted) => line(format!("**Wanted by {}.**", day(wanted))),
        None => line("**No day is named by which it is wanted.**".into()),
    }
    match &brief.effort {
        Some(effort) => line(format!("Our guess of your effort: {effort}.")),
        None => line("We have not guessed your effort: you know better.".into()),
    }
    if let Some(area) = &brief.area {
        line(format!("It is about: {}.", inline(area)));
    }
    if let Some(why) = &brief.why {
        line(String::new());
        line("## Why".into());
        line(String::new());
        line(sentence(&inline(why)));
    }
    if !brief.no.lost.outcomes.is_empty() {
        line(String::new());
        line("What waits for it:".into());
        line(String::new());
        for outcome in &brief.no.lost.outcomes {
            let due = outcome.due.map(|due| format!(", due {}", day(due))).unwrap_or_default();
            let worth = match outcome.worth {
                Some(Worth { a_week, confirmed: true }) => format!("{} a week (confirmed)", a_week.rounded()),
                Some(Worth { a_week, confirmed: false }) => {
                    format!("{} a week (our claim; nobody has confirmed it)", a_week.rounded())
                }
                None => "nobody has said what it is worth".into(),
            };
            line(format!("- **{}**{due}: {worth}", inline(&outcome.name)));
        }
    }
    line(String::new());
    line("## What a “no” costs".into());
    line(String::new());
    for item in no(brief, &day) {
        line(format!("- {item}"));
    }
    line(String::new());
    line("“No” is an answer too, and an early one is worth most: we then go on without you.".into());
    line(String::new());
    line("## What we do instead".into());
    line(String::new());
    if brief.chain.is_empty() {
        line("We have no way on without it yet.".into());
    }
    for (place, onward) in brief.chain.iter().enumerate() {
        line(format!("{}. {}", place + 1, onward_words(onward)));
    }
    let starts = match brief.starts {
        Starts::Taken => Some("It is under way, or in place already.".to_owned()),
        Starts::On(on) => Some(format!("We wait for you until {}; then we start on it ourselves.", day(on))),
        Starts::Now => Some("We start on it now.".into()),
        Starts::Never | Starts::Unknown => None,
    };
    if let Some(starts) = starts {
        line(String::new());
        line(starts);
    }
    if !brief.offers.is_empty() {
        line(String::new());
        line("## What we offer".into());
        line(String::new());
        for offer in &brief.offers {
            line(format!("- {}", offer_words(brief, offer)));
        }
    }
    line(String::new());
    line("## Your answer".into());
    line(String::new());
    let ask = &brief.ask;
    let by = brief
        .wanted
        .filter(|wanted| *wanted >= brief.as_of)
        .map_or_else(|| "DATE".to_owned(), |it| it.to_string());
    line(format!("- yes: `kedge answer {ask} committed --by {by}`"));
    line(format!("- not yet: `kedge answer {ask} considering --until DATE`"));
    line(format!("- something else: `kedge answer {ask} countered --offer '…'`"));
    line(format!("- no: `kedge answer {ask} declined`"));
    if !brief.offers.is_empty() {
        line(format!("- come and do it: `kedge answer {ask} --host welcome`"));
    }
    line(String::new());
    line("---".into());
    line(String::new());
    line(format!("`{ask}` as of {}: {}.", day(brief.as_of), brief.said()));
    text
}

fn no(brief: &Brief, day: &dyn Fn(Date) -> String) -> Vec<String> {
    // What people called their outcomes and fallbacks is in the sentence.
    let mut items = vec![inline(&brief.no.sentence)];
    match &brief.weighed {
        Weighed::Against { promise, asker, everybody, person_weeks, later, trials } => {
            let promise = day(*promise);
            let weeks = (person_weeks.mean > 2.0 * person_weeks.error && person_weeks.mean >= 0.05)
                .then(|| format!("{:.1} weeks of our own work", person_weeks.mean));
            let differs = |amount: &Amount| amount.mean.amount().abs() > 2.0 * amount.error.amount();
            let more = weeks.as_ref().map(|weeks| format!(", {weeks} in it")).unwrap_or_default();
            let money = |amount: &Amount| {
                let error = (amount.error * 2.0).rounded();
                format!("{} ± {error}", amount.mean.rounded())
            };
            match (asker, &weeks) {
                (Some(asker), _) if differs(asker) && asker.mean.amount() < 0.0 => items.push(format!(
                    "Over all the weeks that count, a “no” today instead of a promise for {promise} costs us nothing: it saves us {}, since we then stop waiting.",
                    money(&sized(asker))
                )),
                (Some(asker), _) if differs(asker) => items.push(format!(
                    "Over all the weeks that count, a “no” today instead of a promise for {promise} costs us {}{more}.",
                    money(asker)
                )),
                (Some(_), _) => items.push(format!(
                    "Over all the weeks that count, a “no” today instead of a promise for {promise} costs us nothing that {trials} trials can tell."
                )),
                (None, Some(weeks)) => items
                    .push(format!("A “no” today instead of a promise for {promise} costs us {weeks}.")),
                (None, None) => {}
            }
            if let Some(everybody) = everybody.as_ref().filter(|amount| differs(amount)) {
                let verb = if everybody.mean.amount() > 0.0 { "costs" } else { "saves" };
                items.push(format!(
                    "It {verb} the whole organisation {}, with all that you can do in the time.",
                    money(&sized(everybody))
                ));
            }
            for later in later {
                let days = later.days.mean.round() as i64;
                let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                items.push(format!("**{}** comes {days} later in the middle case.", inline(&later.name)));
            }
            if asker.is_some() || everybody.is_some() {
                items.push(format!("These figures are means of {trials} trials, ± two standard errors."));
            }
        }
        Weighed::NoDay => {
            items.push("What that comes to over time is not reckoned: no day to come is named by which it is wanted.".into());
        }
        Weighed::Refused => items.push("It was refused, and that is what we plan for now.".into()),
        Weighed::Settled => items.push("It is settled: nothing is asked any more.".into()),
    }
    items
}

/// The amount without its sign.
fn sized(amount: &Amount) -> Amount {
    Amount { mean: Money::new(amount.mean.amount().abs()), error: amount.error }
}

fn onward_words(onward: &Onward) -> String {
    let needs =
        onward.needs_name.as_ref().map(|team| format!(" (if {} says yes)", inline(team))).unwrap_or_default();
    let keeps = match onward.keeps {
        Share::ONE => String::new(),
        keeps => format!("; it keeps {keeps} of the value"),
    };
    let costs = onward.costs.in_words().map(|costs| format!(": {costs}")).unwrap_or_default();
    format!("{}{needs}{costs}{keeps}.", inline(&onward.name))
}

fn offer_words(brief: &Brief, offer: &Offer) -> String {
    let who = if offer.people.is_empty() {
        "People of ours".to_owned()
    } else {
        listed(offer.people.iter().map(|person| inline(person)))
    };
    let place = if offer.host == brief.to {
        "with you".to_owned()
    } else {
        format!("at {}", inline(&offer.host_name))
    };
    let effort =
        offer.effort.as_ref().map(|effort| format!(" It takes {effort} of ours.")).unwrap_or_default();
    let said = match (offer.said, offer.open) {
        (HostState::Unable, _) => " You have said that you cannot have us.",
        (HostState::Welcome, _) => " You have said that we are welcome.",
        (HostState::Unknown, true) => {
            " Visitors may merge there, so we need no more than your word against it."
        }
        (HostState::Unknown, false) => " You have not said whether we may.",
    };
    format!("{who} could come and do it {place}, by your rules.{effort}{said}")
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}
