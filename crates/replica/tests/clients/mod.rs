//! Clients of the cluster, and what they are told.

use super::{Cluster, Random};
use kedge_replica::checker::What;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a client has been told, to be compared with what is there after each opening.
#[derive(Default)]
pub(super) struct Acknowledged {
    pub(super) sequences: BTreeMap<String, u64>,
    pub(super) votes: i64,
    operations: u64,
    /// The last opening that it was compared with.
    looked_at: u64,
}

/// Writes and reads the owned and the merged collection at one replica, one after the other. Its process in the history is the
/// replica: an operation whose answer was lost is looked up in what the replica has once it is open again.
pub(super) async fn client(cluster: Arc<Cluster>, author: u64, until: Instant) -> Acknowledged {
    let mut random = Random(cluster.setups[0]["seed"].as_u64().unwrap() ^ (author << 32));
    let mut told = Acknowledged::default();
    let mut opened = cluster.opened[&author].subscribe();
    let process = format!("replica {author}");
    while Instant::now() < until {
        let at = opened.borrow_and_update().clone();
        if at.times != told.looked_at {
            told.looked_at = at.times;
            for (collection, acknowledged) in &told.sequences {
                assert!(
                    at.seen.get(collection) >= Some(acknowledged),
                    "{process} has lost writes to {collection}: {acknowledged} were acknowledged, it was opened with {:?}",
                    at.seen
                );
            }
        }
        if at.times == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        // Servers need the processor, too.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let value = i64::try_from(told.operations * 10 + author).unwrap();
        told.operations += 1;
        let owner = random.below(3) + 1;
        let number = random.below(2);
        let (collection, field) =
            [("prices", "price"), ("tasks", "text"), ("tasks", "notes"), ("tasks", "votes")]
                [usize::try_from(random.below(4)).unwrap()];
        let writes = field == "votes" || random.below(2) == 0;
        let owner = if writes { author } else { owner };
        let named = match collection {
            "prices" => format!("{owner}/k{number}"),
            _ => format!("k{number}.{field}"),
        };
        let command = json!({
            "do": if writes { "write" } else { "read" }, "collection": collection, "key": format!("k{number}"),
            "field": field, "value": value,
            "owner": if collection == "prices" { json!(owner) } else { Value::Null },
        });
        let start = cluster.now();
        let answer = cluster.tell(&at, command);
        let answer = tokio::select! {
            biased;
            Ok(answer) = answer => Some(answer),
            changed = opened.changed() => { changed.unwrap(); None }
            // Nobody holds it any more when the test ends.
            () = tokio::time::sleep_until((until + Duration::from_mins(1)).into()) => break,
        };
        let end = Some(cluster.now());
        if writes {
            let known = told.sequences.entry(collection.to_owned()).or_insert(0);
            match answer {
                Some(answer) => {
                    *known += 1;
                    assert_eq!(answer["sequence"].as_u64(), Some(*known), "{process}: {answer}");
                }
                // Its next one, then: or it never happened.
                None if opened.borrow().seen.get(collection) > Some(known) => *known += 1,
                None => continue,
            }
            if field == "votes" {
                told.votes += value;
            } else {
                cluster.record(&process, collection, &named, What::Write { value: value.into() }, start, end);
            }
        } else if let Some(answer) = answer {
            let what = if field == "notes" {
                What::ReadKept { values: answer["values"].as_array().unwrap().clone() }
            } else {
                What::Read { value: answer["value"].clone() }
            };
            cluster.record(&process, collection, &named, what, start, end);
        }
    }
    told
}

/// Compares and sets, and reads, at the home, by way of one replica. Whose answer was lost goes on as another process, since what
/// it asked for may still happen.
pub(super) async fn serial_client(cluster: Arc<Cluster>, author: u64, until: Instant) -> u64 {
    let mut random = Random(cluster.setups[0]["seed"].as_u64().unwrap() ^ (author << 40));
    let mut opened = cluster.opened[&author].subscribe();
    let mut known: HashMap<u64, Value> = HashMap::new();
    let (mut lives, mut done) = (0, 0);
    for number in 1_u64.. {
        if Instant::now() >= until {
            break;
        }
        let at = opened.borrow_and_update().clone();
        if at.times == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        let record = random.below(2);
        let key = format!("n{record}");
        let before = known.get(&record).filter(|_| random.below(3) > 0).cloned();
        let value = i64::try_from(number * 10 + author).unwrap();
        let command = match &before {
            Some(before) => json!({"do": "home", "key": key, "value": value, "version": before["version"]}),
            None => json!({"do": "home", "key": key}),
        };
        let start = cluster.now();
        let answer = tokio::select! {
            biased;
            Ok(answer) = cluster.tell(&at, command) => Some(answer),
            _ = opened.changed() => None,
            () = tokio::time::sleep(Duration::from_secs(5)) => None,
        };
        let answer = answer.unwrap_or_else(|| json!({"unknown": true}));
        let (process, end) = (format!("client {author}.{lives}"), Some(cluster.now()));
        let unknown = answer["unknown"] == true;
        if answer["not sent"] == true {
            tokio::time::sleep(Duration::from_millis(50)).await;
        } else if let Some(before) = before {
            let what =
                What::Cas { from: before["value"].clone(), value: value.into(), ok: answer["ok"] == true };
            cluster.record(&process, "names", &key, what, start, end.filter(|_| !unknown));
            known.remove(&record);
            lives += u64::from(unknown);
            done += u64::from(!unknown);
        } else if !unknown {
            cluster.record(
                &process,
                "names",
                &key,
                What::Read { value: answer["value"].clone() },
                start,
                end,
            );
            known.insert(record, answer);
            done += 1;
        }
    }
    done
}
