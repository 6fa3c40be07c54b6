//! Topics and queues: calls of messaging libraries that name one.
//!
//! Only names that stand in the code are found: as a string in the call, or as a constant of the same file. What comes
//! from configuration is not known here.

use super::lex::{Code, Piece};
use crate::data::act::{Act, Kind};
use crate::data::facts::Facts;
use crate::data::found::How;
use std::collections::HashMap;

/// Where in a call the name stands.
#[derive(Clone, Copy)]
enum Place {
    /// The argument of this place, from 0. Named arguments do not count.
    Argument(usize),
    /// What has this name: `topic: 'orders'`, `queue='orders'`, `Topic: "orders"`, `topics = {"orders"}`.
    Named(&'static str),
}

/// A call that names a topic or a queue.
struct Call {
    /// The function, method, class or annotation.
    function: &'static str,
    /// The file names one of these, in any case: without them the call is somebody else's.
    beside: &'static [&'static str],
    place: Place,
    kind: Kind,
    act: Act,
}

const fn call(
    function: &'static str,
    beside: &'static [&'static str],
    place: Place,
    kind: Kind,
    act: Act,
) -> Call {
    Call { function, beside, place, kind, act }
}

const KAFKA: &[&str] = &["kafka"];
const RABBIT: &[&str] = &["rabbit", "amqp", "pika", "bunny"];
const NATS: &[&str] = &["nats"];
const SQS: &[&str] = &["sqs"];
const AZURE: &[&str] = &["azure", "servicebus"];

use Act::{Receive, Send};
use Kind::{Queue, Topic};
use Place::{Argument, Named};

/// The calls, as the libraries document them.
const CALLS: &[Call] = &[
    // Kafka: Java and Kotlin, C#, Python, JavaScript, Go, Rust.
    call("ProducerRecord", KAFKA, Argument(0), Topic, Send),
    call("send", &["kafkatemplate", "kafkaproducer", "kafka"], Argument(0), Topic, Send),
    call("send", KAFKA, Named("topic"), Topic, Send),
    call("produce", KAFKA, Argument(0), Topic, Send),
    call("Produce", KAFKA, Argument(0), Topic, Send),
    call("ProduceAsync", KAFKA, Argument(0), Topic, Send),
    call("Writer", KAFKA, Named("Topic"), Topic, Send),
    call("WriterConfig", KAFKA, Named("Topic"), Topic, Send),
    call("KafkaListener", KAFKA, Named("topics"), Topic, Receive),
    call("KafkaConsumer", KAFKA, Argument(0), Topic, Receive),
    call("subscribe", KAFKA, Argument(0), Topic, Receive),
    call("subscribe", KAFKA, Named("topic"), Topic, Receive),
    call("subscribe", KAFKA, Named("topics"), Topic, Receive),
    call("Subscribe", KAFKA, Argument(0), Topic, Receive),
    call("SubscribeTopics", KAFKA, Argument(0), Topic, Receive),
    call("ReaderConfig", KAFKA, Named("Topic"), Topic, Receive),
    // RabbitMQ. An exchange is a topic; with the nameless exchange the routing key is the queue.
    call("basicPublish", RABBIT, Argument(0), Topic, Send),
    call("basicPublish", RABBIT, Argument(1), Queue, Send),
    call("BasicPublish", RABBIT, Named("exchange"), Topic, Send),
    call("BasicPublish", RABBIT, Named("routingKey"), Queue, Send),
    call("BasicPublish", RABBIT, Argument(0), Topic, Send),
    call("BasicPublishAsync", RABBIT, Named("exchange"), Topic, Send),
    call("BasicPublishAsync", RABBIT, Argument(0), Topic, Send),
    call("basic_publish", RABBIT, Named("exchange"), Topic, Send),
    call("basic_publish", RABBIT, Named("routing_key"), Queue, Send),
    call("convertAndSend", RABBIT, Argument(0), Topic, Send),
    call("sendToQueue", RABBIT, Argument(0), Queue, Send),
    call("basicConsume", RABBIT, Argument(0), Queue, Receive),
    call("BasicConsume", RABBIT, Named("queue"), Queue, Receive),
    call("BasicConsumeAsync", RABBIT, Argument(0), Queue, Receive),
    call("basic_consume", RABBIT, Named("queue"), Queue, Receive),
    call("RabbitListener", RABBIT, Named("queues"), Queue, Receive),
    call("consume", RABBIT, Argument(0), Queue, Receive),
    call("Consume", RABBIT, Argument(0), Queue, Receive),
    call("queueDeclare", RABBIT, Argument(0), Queue, Act::Create),
    call("QueueDeclare", RABBIT, Argument(0), Queue, Act::Create),
    call("QueueDeclare", RABBIT, Named("queue"), Queue, Act::Create),
    call("queue_declare", RABBIT, Named("queue"), Queue, Act::Create),
    call("assertQueue", RABBIT, Argument(0), Queue, Act::Create),
    call("exchangeDeclare", RABBIT, Argument(0), Topic, Act::Create),
    call("exchange_declare", RABBIT, Named("exchange"), Topic, Act::Create),
    // NATS.
    call("publish", NATS, Argument(0), Topic, Send),
    call("Publish", NATS, Argument(0), Topic, Send),
    call("PublishAsync", NATS, Argument(0), Topic, Send),
    call("Request", NATS, Argument(0), Topic, Send),
    call("subscribe", NATS, Argument(0), Topic, Receive),
    call("Subscribe", NATS, Argument(0), Topic, Receive),
    call("QueueSubscribe", NATS, Argument(0), Topic, Receive),
    call("SubscribeAsync", NATS, Argument(0), Topic, Receive),
    // SQS.
    call("get_queue_by_name", SQS, Named("QueueName"), Queue, Receive),
    call("SqsListener", SQS, Argument(0), Queue, Receive),
    call("send_message", SQS, Named("QueueUrl"), Queue, Send),
    call("receive_message", SQS, Named("QueueUrl"), Queue, Receive),
    call("SendMessageCommand", SQS, Named("QueueUrl"), Queue, Send),
    call("ReceiveMessageCommand", SQS, Named("QueueUrl"), Queue, Receive),
    call("sendMessage", SQS, Named("QueueUrl"), Queue, Send),
    call("receiveMessage", SQS, Named("QueueUrl"), Queue, Receive),
    // Azure: storage queues, service bus, functions. A queue's client may do both; what it does is said by its calls.
    call("QueueTrigger", &["queuetrigger"], Argument(0), Queue, Receive),
    call("ServiceBusTrigger", AZURE, Argument(0), Queue, Receive),
    call("CreateSender", AZURE, Argument(0), Queue, Send),
    call("createSender", AZURE, Argument(0), Queue, Send),
    call("CreateProcessor", AZURE, Argument(0), Queue, Receive),
    call("CreateReceiver", AZURE, Argument(0), Queue, Receive),
    call("createReceiver", AZURE, Argument(0), Queue, Receive),
];

/// Adds the topics and queues that a file names.
pub(super) fn read(code: &Code<'_>, facts: &mut Facts) {
    let lower = code.text.to_ascii_lowercase();
    let beside: Vec<&Call> =
        CALLS.iter().filter(|call| call.beside.iter().any(|word| lower.contains(word))).collect();
    let has_queue_client = lower.contains("queueclient");
    if beside.is_empty() && !has_queue_client {
        return;
    }
    let constants = constants(code);
    for at in 0..code.tokens.len() {
        let word = code.word(at);
        if word.is_empty() {
            continue;
        }
        let open = code.past_types(at + 1);
        let opens =
            code.is_sign(open, b'(') || (code.is_sign(open, b'{') && word.starts_with(char::is_uppercase));
        if !opens {
            continue;
        }
        if word == "QueueClient" && has_queue_client {
            queue_client(code, open, &constants, facts);
        }
        let mut known: Vec<(String, Kind)> = Vec::new();
        for call in beside.iter().filter(|call| call.function == word) {
            for name in names(code, open, call.place, &constants) {
                // A queue by its address is named at its end.
                let name = name.rsplit('/').next().unwrap_or_default().to_owned();
                let is_name = !name.is_empty()
                    && name.len() < 250
                    && !name.contains(char::is_whitespace)
                    && !name.contains(crate::data::sql::HOLE);
                if is_name && !known.contains(&(name.clone(), call.kind)) {
                    add(facts, &name, call.kind, call.act, code.line(at));
                    known.push((name, call.kind));
                }
            }
        }
    }
}

fn add(facts: &mut Facts, name: &str, kind: Kind, act: Act, line: u32) {
    use crate::data::facts::{Fact, Subject};
    // Unlike tables, these are not qualified: a dot is a part of the name, and so is its case.
    let Some(own) = crate::data::name::Name::message(name) else { return };
    facts.facts.push(Fact {
        subject: Subject::Named(own),
        act,
        kind: Some(kind),
        written: name.to_owned(),
        line,
        how: How::Message,
        within: None,
        only_if_defined: false,
    });
}

/// `new QueueClient(connection, "orders")`: what is done with it is told by the calls in the same file.
fn queue_client(code: &Code<'_>, open: usize, constants: &HashMap<&str, String>, facts: &mut Facts) {
    let has = |names: &[&str]| (0..code.tokens.len()).any(|at| names.contains(&code.word(at)));
    for name in names(code, open, Argument(1), constants) {
        for (act, calls) in [
            (Send, ["SendMessageAsync", "SendMessage", "sendMessage"]),
            (Receive, ["ReceiveMessagesAsync", "ReceiveMessages", "receiveMessages"]),
        ] {
            if has(&calls) {
                add(facts, &name, Queue, act, code.line(open));
            }
        }
    }
}

/// `const TOPIC = "orders"`, `TOPIC = "orders"`, `String TOPIC = "orders"`.
fn constants<'t>(code: &Code<'t>) -> HashMap<&'t str, String> {
    let mut constants = HashMap::new();
    for at in 0..code.tokens.len() {
        let mut next = at + 1;
        // `let topic: &str = "orders"`, Go's `topic := "orders"`
        while next < at + 6
            && (code.is_sign(next, b':') || code.is_sign(next, b'&') || !code.word(next).is_empty())
        {
            next += 1;
        }
        if code.is_sign(next, b'=')
            && !code.word(at).is_empty()
            && let Some(text) = code.string(next + 1)
        {
            constants.entry(code.word(at)).or_insert_with(|| text.text.clone());
        }
    }
    constants
}

/// The names at a place of a call.
fn names(code: &Code<'_>, open: usize, place: Place, constants: &HashMap<&str, String>) -> Vec<String> {
    let end = code.past(open).saturating_sub(1);
    match place {
        Argument(wanted) => {
            let mut argument = 0;
            let mut at = open + 1;
            while at < end && argument < wanted {
                match code.tokens[at].piece {
                    Piece::Sign(b',') => argument += 1,
                    Piece::Sign(b'(' | b'[' | b'{') => {
                        at = code.past(at);
                        continue;
                    }
                    _ => {}
                }
                at += 1;
            }
            if argument < wanted
                || code.is_sign(at + 1, b'=')
                || code.is_sign(at + 1, b':') && code.string(at).is_none()
            {
                return Vec::new();
            }
            values(code, at, end, constants)
        }
        Named(name) => {
            // Near the beginning, as far as people write it.
            let found = (open + 1..end.min(open + 200)).find(|at| {
                code.word(*at) == name && (code.is_sign(at + 1, b':') || code.is_sign(at + 1, b'='))
            });
            found.map_or(Vec::new(), |at| values(code, at + 2, end, constants))
        }
    }
}

/// A string, a constant, or a list of them: `"a"`, `TOPIC`, `Topics.ORDERS`, `["a", "b"]`, `Arrays.asList("a")`.
fn values(code: &Code<'_>, at: usize, end: usize, constants: &HashMap<&str, String>) -> Vec<String> {
    if let Some(text) = code.string(at) {
        return vec![text.text.clone()];
    }
    let mut last = at;
    while last < end && (!code.word(last).is_empty() || code.is_sign(last, b'.') || code.is_sign(last, b'&'))
    {
        last += 1;
    }
    if code.is_sign(last, b'(') || code.is_sign(last, b'[') || code.is_sign(last, b'{') {
        let close = code.past(last).min(end).min(last + 60);
        return (last + 1..close).filter_map(|at| code.string(at)).map(|text| text.text.clone()).collect();
    }
    let word = if last > at { code.word(last - 1) } else { "" };
    constants.get(word).cloned().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::lex::Language;
    use super::*;

    fn shown(text: &str, language: Language) -> Vec<String> {
        let mut facts = Facts::default();
        read(&Code::read(text, language), &mut facts);
        facts
            .facts
            .iter()
            .map(|fact| format!("{:?} {:?} {}", fact.act, fact.kind.unwrap(), fact.written))
            .collect()
    }

    #[test]
    fn kafka() {
        use Language as L;
        assert_eq!(
            shown("import kafka; p.send(new ProducerRecord<>(\"orders\", v));", L::Java),
            ["Send Topic orders"]
        );
        assert_eq!(
            shown("@KafkaListener(topics = {\"a.b\", \"c\"}, groupId = \"g\") void f() {}", L::Java),
            ["Receive Topic a.b", "Receive Topic c"]
        );
        assert_eq!(
            shown("from kafka import X\nTOPIC = 'orders'\nX.send(TOPIC, b'')", L::Python),
            ["Send Topic orders"]
        );
        assert_eq!(
            shown(
                "import 'kafkajs'; await p.send({ topic: 'orders', messages }); c.subscribe({ topics: ['a'] })",
                L::Script
            ),
            ["Send Topic orders", "Receive Topic a"]
        );
        assert_eq!(
            shown("import \"kafka-go\"\nw := &kafka.Writer{Addr: a, Topic: \"orders\"}", L::Go),
            ["Send Topic orders"]
        );
        assert_eq!(shown("mail.send(\"orders\")", L::Java), Vec::<String>::new());
    }

    #[test]
    fn queues() {
        use Language as L;
        assert_eq!(
            shown("import pika\nc.basic_publish(exchange='', routing_key='jobs', body=b)", L::Python),
            ["Send Queue jobs"]
        );
        assert_eq!(
            shown("require('amqplib'); ch.sendToQueue('jobs', b); ch.consume('jobs', f)", L::Script),
            ["Send Queue jobs", "Receive Queue jobs"]
        );
        assert_eq!(
            shown("sqs.send_message(QueueUrl='https://sqs/1/jobs', MessageBody=b)", L::Python),
            ["Send Queue jobs"]
        );
        assert_eq!(
            shown("var q = new QueueClient(c, \"event\"); q.SendMessageAsync(m);", L::CSharp),
            ["Send Queue event"]
        );
        assert_eq!(
            shown("void F([QueueTrigger(\"event\")] string m) {}", L::CSharp),
            ["Receive Queue event"]
        );
        assert_eq!(
            shown("import \"nats.go\"\nnc.Publish(\"a.b\", d)\nnc.QueueSubscribe(\"a.*\", \"q\", f)", L::Go),
            ["Send Topic a.b", "Receive Topic a.*"]
        );
    }
}
