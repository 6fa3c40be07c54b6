//! One problem with several solutions: a made-up repository with known answers.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_survey::Repository;
use kedge_survey::tree::Tree;
use kedge_survey::twice::solutions::{Ecosystem, Map, Role, Solutions};
use kedge_survey::twice::{Options, Twice, Why};
use support::Repo;

/// The owner of a path is its top folder; the top itself is nobody's.
fn owners(path: &str) -> Vec<String> {
    path.split_once('/').map(|(folder, _)| folder.to_owned()).into_iter().collect()
}

fn read(repo: &mut Repo, files: &[(&str, &str)]) -> Twice {
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.commit(&[]);
    let repository = Repository::open(repo.path(), "HEAD").unwrap();
    let tree = Tree::of(&repository).unwrap();
    Twice::read(&repository, &tree, Map::shipped(), &Options::default(), &owners).unwrap()
}

/// Each capability as `capability distinct/within: solution (owners; only in tests) …`.
fn shown(solutions: &Solutions) -> Vec<String> {
    let one = |solution: &kedge_survey::twice::solutions::Solution| {
        let tests = if solution.only_in_tests.is_empty() {
            String::new()
        } else {
            format!("; {}", solution.only_in_tests.join(" "))
        };
        format!("{} ({}{tests})", solution.name, solution.owners.join(" "))
    };
    let all = solutions.capabilities.iter().map(|capability| {
        let list: Vec<String> = capability.solutions.iter().map(one).collect();
        let (distinct, within) = (capability.distinct, capability.within_one_ecosystem);
        format!("{} {distinct}/{within}: {}", capability.capability, list.join(", "))
    });
    all.collect()
}

#[test]
fn each_problem_with_its_solutions_and_who_has_them() {
    let mut repo = Repo::new();
    let found = read(
        &mut repo,
        &[
            (
                "Directory.Packages.props",
                "<Project><ItemGroup>\n<PackageVersion Include=\"Hangfire\" /></ItemGroup></Project>",
            ),
            (
                "sales/Sales.csproj",
                "<Project><ItemGroup>\n<PackageReference Include=\"RabbitMQ.Client\" />\n<PackageReference \
             Include=\"Serilog\" /></ItemGroup></Project>",
            ),
            ("sales/Send.cs", "using System;\nusing RabbitMQ.Client;\n"),
            (
                "store/package.json",
                "{\"dependencies\": {\n\"amqplib\": \"1\",\n\"bullmq\": \"5\",\n\"winston\": \"3\"},\n\
             \"devDependencies\": {\"got\": \"1\"}}",
            ),
            ("store/test/send.test.ts", "import got from 'got';\nimport { Kafka } from 'kafkajs';\n"),
            ("web/package.json", "{\"dependencies\": {\"kafkajs\": \"2\", \"left-pad\": \"1\"}}"),
            ("web/vendor/x.js", "import axios from 'axios';\n"),
            ("web/broken/package.json", "{\"dependencies\": "),
        ],
    );
    assert_eq!(
        shown(&found.solutions),
        [
            // Three of npm, and RabbitMQ once more from .NET, which is no other solution.
            "queue 3/3: RabbitMQ (sales store), Bull (store), Kafka (web; store)",
            "logging 2/1: Serilog (sales), Winston (store)",
            "HTTP client 0/0: got (; store)",
            "scheduler 0/0: Hangfire ()",
        ]
    );
    let queue = &found.solutions.capabilities[0].solutions[0];
    let declared: Vec<(&str, u32, Ecosystem, Role)> =
        queue.declared.iter().map(|one| (one.file.as_str(), one.line, one.ecosystem, one.role)).collect();
    assert_eq!(
        declared,
        [
            ("sales/Sales.csproj", 2, Ecosystem::Nuget, Role::Runtime),
            ("store/package.json", 2, Ecosystem::Npm, Role::Runtime)
        ]
    );
    let imported: Vec<(&str, u32, &str)> =
        queue.imported.iter().map(|one| (one.file.as_str(), one.line, one.module.as_str())).collect();
    assert_eq!(imported, [("sales/Send.cs", 2, "RabbitMQ.Client")]);
    let over: Vec<(&str, Why)> = found.passed_over.iter().map(|one| (one.file.as_str(), one.why)).collect();
    assert_eq!(over, [("web/broken/package.json", Why::Unreadable), ("web/vendor/x.js", Why::Vendored)]);
}

#[test]
fn what_cannot_be_read_is_told_and_stops_nothing() {
    let mut repo = Repo::new();
    std::fs::write(repo.path().join("odd.cs"), [b'a', 0, b'b']).unwrap();
    let found = read(&mut repo, &[("a/x.py", "import requests\n"), ("b/big.py", &"x = 1\n".repeat(200_000))]);
    let over: Vec<(&str, Why)> = found.passed_over.iter().map(|one| (one.file.as_str(), one.why)).collect();
    assert_eq!(over, [("b/big.py", Why::TooLarge), ("odd.cs", Why::Binary)]);
    assert_eq!(shown(&found.solutions), ["HTTP client 1/1: requests (a)"]);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Twice>(&text).unwrap(), found);
}
