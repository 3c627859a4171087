use crate::shell::{command, run, shiren};
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
fn each_of_the_eight_ways_lets_one_in_and_keeps_one_out() {
    let demo = shiren(&["demo", "--json"]);
    assert_eq!(demo.code, 0);
    let rows = demo.json();
    let mut ways: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        let fields: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["vendor", "operation", "persona", "decision", "billed", "score"]);
        assert!(row["operation"].as_str().unwrap().starts_with(row["vendor"].as_str().unwrap()), "{row}");
        assert!(matches!(row["billed"].as_str(), Some("yes" | "no")), "{row}");
        assert!(row["score"].is_null() || (0.0..=100.0).contains(&row["score"].as_f64().unwrap()), "{row}");
        let (passed, kept_out) = ways.entry(row["operation"].as_str().unwrap().to_owned()).or_default();
        match row["decision"].as_str().unwrap() {
            "passed" => *passed += 1,
            "rejected" | "inconclusive" => *kept_out += 1,
            other => panic!("{other}"),
        }
    }
    let names: Vec<_> = ways.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "baidu.faceprint.result_getall",
            "juhe.faceid.search",
            "juhe.verifyface.verify",
            "juhe.verifyface.verify2",
            "juhe.verifyface.verify2_encry",
            "juhe.verifyface.verify_encry",
            "juhe.verifyface_mobile.query",
            "jumdata.lifecheck.result",
        ]
    );
    assert!(ways.values().all(|(passed, kept_out)| *passed >= 1 && *kept_out >= 1), "{ways:?}");
}

/// A vendor's yes with a score of 30 lets nobody in.
#[test]
fn a_low_score_is_not_let_in() {
    let rows = shiren(&["demo", "--json"]).json();
    let low: Vec<_> = rows.as_array().unwrap().iter().filter(|row| row["persona"] == "low_score_pass").collect();
    assert!(low.len() >= 2 && low.iter().all(|row| row["decision"] == "rejected" && row["score"] == 30.0), "{low:?}");
}

#[test]
fn the_table_says_the_same_and_that_the_bills_agree() {
    let demo = shiren(&["demo"]);
    assert_eq!((demo.code, demo.err.as_str()), (0, ""));
    let rows = shiren(&["demo", "--json"]).json();
    let count = |field: &str, word: &str| rows.as_array().unwrap().iter().filter(|row| row[field] == word).count();
    let number = |name: &str| -> usize {
        let line = demo.out.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{}", demo.out));
        line.split_whitespace().find_map(|word| word.parse().ok()).unwrap()
    };
    assert_eq!(number("Let in"), count("decision", "passed"));
    assert_eq!(number("Billed 计费  "), count("billed", "yes"));
    assert_eq!(number("Sandbox ledger"), count("billed", "yes"));
    assert!(demo.out.contains("✔ agrees 一致"), "{}", demo.out);
    assert!(!demo.out.contains('\u{1b}'), "no colours without a terminal");
    for number in rows.as_array().unwrap().iter().map(|row| row["persona"].as_str().unwrap()) {
        assert!(demo.out.contains(number));
    }
    assert!(!demo.out.contains("1101011800"), "no ID number in the table");
}

#[test]
fn it_needs_no_account_and_heeds_none() {
    let mut demo = command(&["demo", "--json"]);
    demo.env("SHIREN_SANDBOX", "http://127.0.0.1:1").env("SHIREN_CONFIG", "/no/such/file").env("SHIREN_JUHE_KEY", "k");
    let Value::Array(rows) = run(&mut demo, b"").json() else { panic!() };
    assert!(rows.len() >= 16);
}
