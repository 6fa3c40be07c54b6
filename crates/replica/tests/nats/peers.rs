//! Replicas on a NATS server where not everybody is believed.

use super::servers::Nats;
use super::{Place, author, raw, server};
use async_nats::HeaderMap;
use kedge_replica::transport::nats::{Exchange, NatsPeers, Noticed};
use kedge_replica::{Change, Held, MemoryStore, Name, NotGranted, Peers};
use std::fmt::Write as _;
use std::time::{Duration, Instant, SystemTime};

/// What one knows of another: a secret of the two, who it is, and what it is granted of each collection.
fn peer(name: &str, number: u8, secret: u8, grants: &[(&str, &str)]) -> String {
    let secret = format!("{secret:02x}").repeat(16);
    let mut text = format!("[peer.{name}]\nsecret = \"{secret}\"\nauthors = [\"{}\"]\n", author(number));
    for (collection, granted) in grants {
        writeln!(text, "[peer.{name}.collection.{collection}]\n{granted}").unwrap();
    }
    text
}

async fn among(number: u8, me: &str, peers: &[String]) -> Place<MemoryStore> {
    let mut place = Place::new(number).await;
    let peers = Peers::from_toml(&peers.concat()).unwrap();
    place.peers = Some(NatsPeers { me: Name::new(me).unwrap(), peers });
    place
}

/// A hub that passes on, a shop that writes, and a reader that is granted to read some and to write nothing.
async fn three_peers(server: &Nats) -> [Place<MemoryStore>; 3] {
    let everything = "reads = \"all\"\nwrites = true\nrelays = \"all\"";
    let both = "reads = \"all\"\nwrites = true";
    let of_hub = format!("reads = [\"{}\"]", author(1));
    let mut hub = among(
        1,
        "hub",
        &[
            peer("shop", 2, 0xa2, &[("tasks", both), ("prices", both)]),
            peer("reader", 3, 0xa3, &[("tasks", "reads = \"all\""), ("prices", &of_hub)]),
        ],
    )
    .await;
    let to_hub = |secret| peer("hub", 1, secret, &[("tasks", everything), ("prices", everything)]);
    // The shop gives the reader its events and hears none of it; the reader hears them and is no author to anybody.
    let reader = peer("reader", 3, 0xb3, &[("tasks", "reads = \"all\"")]);
    let mut shop = among(2, "shop", &[to_hub(0xa2), reader]).await;
    let from_shop = peer("shop", 2, 0xb3, &[("tasks", "writes = true"), ("prices", "writes = true")]);
    let mut reader = among(3, "reader", &[to_hub(0xa3), from_shop]).await;
    for place in [&mut hub, &mut shop, &mut reader] {
        place.link(server);
    }
    [hub, shop, reader]
}

#[tokio::test]
async fn peers_take_in_what_is_sealed_for_them_and_granted() {
    let Some(server) = server() else { return };
    let [hub, shop, mut reader] = three_peers(&server).await;
    hub.vote(3).await;
    shop.vote(2).await;
    for place in [&hub, &shop, &reader] {
        place.come_to(5).await;
    }
    // The reader writes, and nobody takes that in: the hub says why, and for the shop it is not even sealed.
    reader.vote(1).await;
    let why = NotGranted::Relay {
        peer: Name::new("reader").unwrap(),
        collection: Name::new("tasks").unwrap(),
        author: author(3),
    };
    hub.until(|one| {
        matches!(one, Noticed::Held { events, .. } if events.iter().any(|(_, held)| *held == Held::NotGranted(why.clone())))
    })
    .await;
    // Of the prices the reader may have the hub's, and not the shop's: neither by the stream nor when it asks.
    hub.write(Change::to("prices", "p").set("price", 1)).await;
    shop.write(Change::to("prices", "p").set("price", 2)).await;
    hub.vote(1).await;
    reader.come_to(7).await;
    let has = async |place: &Place<MemoryStore>, of: u8| {
        let mut replica = place.replica.lock().await;
        replica.read_copy(SystemTime::now().into(), "prices", author(of), "p").await.unwrap().0.is_some()
    };
    let begun = Instant::now();
    while !(has(&hub, 2).await && has(&shop, 1).await && has(&reader, 1).await) {
        assert!(begun.elapsed() < Duration::from_mins(1));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // It has long heard from the hub what there is: heads go every 50 ms.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!has(&reader, 2).await);
    assert_eq!((hub.votes().await, shop.votes().await), (6, 6));

    // The stream is lost and the log compacted: the state comes from the hub, which is believed about all, and not from the shop.
    reader.unlink().await;
    hub.vote(1).await;
    shop.come_to(7).await;
    raw(&server).await.get_stream("replica-tasks").await.unwrap().purge().await.unwrap();
    for place in [&hub, &shop] {
        let mut replica = place.replica.lock().await;
        let seen = replica.core().log("tasks").unwrap().seen.clone();
        replica.compact("tasks", &seen).await.unwrap();
    }
    reader.link(&server);
    reader.come_to(8).await;
    reader.until(|one| matches!(one, Noticed::Asked { of, state: true, .. } if *of == author(1))).await;
}

#[tokio::test]
async fn what_is_not_sealed_by_a_peer_is_not_taken_in() {
    let Some(server) = server() else { return };
    let [hub, mut shop, reader] = three_peers(&server).await;
    shop.vote(1).await;
    hub.come_to(1).await;
    reader.come_to(1).await;
    // Somebody who may publish, and knows everything but the secrets.
    let forger = Place::new(2).await;
    forger.vote(1).await;
    forger.vote(1).await;
    let events = forger.replica.lock().await.events("tasks", &[].into_iter().collect(), 9).await.unwrap().0;
    let jetstream = raw(&server).await;
    let stream = jetstream.get_stream("replica-tasks").await.unwrap();
    let subject = format!("replica.events.tasks.{}", author(2));
    let sealed = stream.get_last_raw_message_by_subject(&subject).await.unwrap();
    let publish = async |subject: String, headers: HeaderMap, bytes: Vec<u8>| {
        jetstream.publish_with_headers(subject, headers, bytes.into()).await.unwrap().await.unwrap();
    };
    // Without a seal, with the seal on something else, by another's name, and a true one under another subject.
    publish(subject.clone(), HeaderMap::new(), events[1].encode()).await;
    let mut headers = sealed.headers.clone();
    headers.insert("Nats-Msg-Id", "new");
    publish(subject.clone(), headers.clone(), events[1].encode()).await;
    headers.insert("Nats-Msg-Id", "newer");
    headers.insert("Replica-From", "hub");
    publish(subject.clone(), headers, events[1].encode()).await;
    let mut headers = sealed.headers.clone();
    headers.insert("Nats-Msg-Id", "newest");
    publish(format!("replica.events.prices.{}", author(2)), headers, sealed.payload.to_vec()).await;
    let refused = |place: &Place<MemoryStore>| {
        let noticed = place.noticed.lock().unwrap();
        noticed.iter().filter(|one| matches!(one, Noticed::Refused { .. })).count()
    };
    let begun = Instant::now();
    while refused(&hub) < 4 {
        assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", hub.noticed.lock().unwrap());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((hub.votes().await, reader.votes().await), (1, 1));

    // A head that claims more, and a question: the one is not heard, the other answered with nothing but why.
    let client = async_nats::connect(server.url()).await.unwrap();
    let head = forger.replica.lock().await.core().batch(SystemTime::now().into(), "tasks", Vec::new(), false);
    client
        .publish(format!("replica.heads.tasks.{}", author(2)), head.unwrap().encode().into())
        .await
        .unwrap();
    let question = forger.replica.lock().await.pull("tasks").unwrap();
    let answer = client.request(format!("replica.pull.tasks.{}", author(1)), question.into()).await.unwrap();
    assert!(answer.payload.is_empty());
    let why = answer.headers.unwrap().get("Replica-Error").unwrap().to_string();
    assert!(why.contains("not sealed"), "{why}");
    // The shop's own next event still counts, though a forged one of its sequence is in the stream.
    shop.vote(1).await;
    hub.come_to(2).await;
    reader.come_to(2).await;
    // And a link that is opened anew goes on behind its own last event, not behind the forged one.
    shop.unlink().await;
    publish(subject, HeaderMap::new(), events[1].encode()).await;
    shop.link(&server);
    shop.vote(1).await;
    hub.come_to(3).await;
    assert!(
        shop.replica
            .lock()
            .await
            .write(SystemTime::now().into(), &Change::to("tasks", "b").count("votes", 1))
            .await
            .is_ok()
    );
}

/// FORMAT.md, worked out by Python's `hmac`.
#[tokio::test]
async fn a_seal_is_as_the_format_says() {
    let shop = peer("shop", 2, 0xa2, &[("tasks", "writes = true")]);
    let among = NatsPeers { me: Name::new("hub").unwrap(), peers: Peers::from_toml(&shop).unwrap() };
    let exchange = Exchange::new(author(1), "replica", Some(among));
    let place = Place::new(1).await;
    let replica = place.replica.lock().await;
    let tasks = Name::new("tasks").unwrap();
    let question = exchange.question(&replica, &tasks, author(2), "_INBOX.1").unwrap();
    let payload = "4b5250010600057461736b7300e807010002020202020202020202020202020202cb08056d";
    let payload: Vec<u8> = (0..payload.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&payload[at..at + 2], 16).unwrap())
        .collect();
    assert_eq!(question.payload, payload);
    assert_eq!(question.subject, format!("replica.pull.tasks.{}", author(2)));
    let headers: Vec<_> = question.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let seal = "shop/ba93a75254dc8e62e7ee30ab0f40d56c7de0e37b49f766d33068ed5bae9c27ac";
    assert_eq!(headers, [("Replica-From", "hub"), ("Replica-Seal", seal)]);
}
