//! Tables and arrays of one's own, from the file to the verdict.

use crate::shell::Shell;
use serde_json::Value;

/// Two hundred lines of an income, a share and whether one outweighs the other, in units of `income` and `share`.
fn table(income: f64, share: f64) -> String {
    let rows = (0..200).map(|row: usize| {
        let (a, b) = ((row * 37 % 200) as f64 / 200.0, (row * 91 % 200) as f64 / 200.0);
        format!("{},{},{}\n", a * income, b * share, ["less", "more"][usize::from(a + 0.3 * b > 0.65)])
    });
    format!("income,share,label\n{}", rows.collect::<String>())
}

#[test]
fn units_do_not_matter_and_what_training_settled_is_kept() {
    let shell = Shell::new();
    shell.write("one.csv", table(1.0, 1.0));
    shell.write("other.csv", table(1_048_576.0, 1.0 / 1024.0));
    let train = |file: &str, save: &str| {
        shell.json(&format!(
            "train --dataset {file} --hidden 8 --batch 20 --steps 300 --set learning_rate=0.1 --save {save}"
        ))
    };
    let one = train("one.csv", "one.safetensors");
    let other = train("other.csv", "other.safetensors");
    let accuracy = |result: &Value| result["test"]["accuracy"].as_f64().unwrap();
    assert!(accuracy(&one) > 0.9, "{}", accuracy(&one));
    let losses = |result: &Value| -> Vec<Value> {
        result["points"].as_array().unwrap().iter().map(|point| point["batch_loss"].clone()).collect()
    };
    assert_eq!(losses(&one), losses(&other));

    let evaluated = shell.json("evaluate other.safetensors");
    assert_eq!(evaluated["accuracy"], other["test"]["accuracy"]);
    // The columns of a later file may stand in another order, and its own mean does not count.
    let later: String = table(1_048_576.0, 1.0 / 1024.0)
        .lines()
        .filter(|line| !line.ends_with("less"))
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n")
        .collect();
    shell.write("later.csv", later);
    let later = shell.json("evaluate other.safetensors --dataset csv:later.csv --split train");
    assert!(later["accuracy"].as_f64().unwrap() > 0.85, "{later}");
    let said = shell.json("predict other.safetensors --count 3");
    assert!(said.to_string().contains("less") || said.to_string().contains("more"), "{said}");
    shell.succeed("export other.safetensors other.onnx");
}

/// Three hundred houses: a price around 200,000 that follows from area and rooms, with noise of about 10,000.
fn houses() -> String {
    let rows = (0..300).map(|row: usize| {
        let (area, rooms) = (50.0 + (row * 37 % 150) as f64, 1 + row * 13 % 6);
        let noise = ((row * 7919 % 101) as f64 - 50.0) * 350.0;
        format!("{area},{rooms},{:.2}\n", 40_000.0 + 1_200.0 * area + 5_000.0 * rooms as f64 + noise)
    });
    format!("area,rooms,price\n{}", rows.collect::<String>())
}

#[test]
fn a_table_with_a_price_goes_from_its_description_to_a_prediction() {
    let shell = Shell::new();
    shell.write("houses.csv", houses());
    let described = shell.succeed("data describe houses.csv --target price");
    assert!(described.contains("target = \"price\""), "{described}");

    shell.write(
        "houses.toml",
        "rules = ['sgd', 'adam']\n[problem]\ndataset = 'csv:houses.csv'\ntarget = 'price'\nhidden = [8]\nbatch = 20\nepochs = 20\n",
    );
    let result = shell.json("compare houses.toml");
    let problem = &result["problems"][0];
    assert_eq!(problem["metric"], "rmse");
    // A hundredth of the standard deviation, which is about 53,000.
    assert_eq!(problem["difference"], 500.0);
    for rule in problem["rules"].as_array().unwrap() {
        assert_eq!(rule["diverged"], 0, "{rule}");
        let (mean, rate) = (rule["test"]["mean"].as_f64().unwrap(), rule["learning_rate"].as_f64().unwrap());
        assert!((9_000.0..16_000.0).contains(&mean) && rate > 1e-4, "{mean} at {rate}");
    }
    let shown = shell.succeed("compare houses.toml");
    assert!(shown.contains("test RMSE"), "{shown}");
    assert!(shell.succeed("compare houses.toml --lang ko").contains("시험 RMSE"));

    let trained =
        shell.json("train houses.toml --rule adam --set learning_rate=0.01 --save houses.safetensors");
    let errors = &trained["test"]["values"];
    assert!((9_000.0..16_000.0).contains(&errors["rmse"].as_f64().unwrap()), "{errors}");
    assert!(
        errors["r2"].as_f64().unwrap() > 0.9 && errors["mae"].as_f64() < errors["rmse"].as_f64(),
        "{errors}"
    );
    let evaluated = shell.json("evaluate houses.safetensors");
    assert_eq!(&evaluated["values"], errors);
    assert!(shell.succeed("evaluate houses.safetensors").contains("RMSE 1"));

    let said = shell.json("predict houses.safetensors --count 60");
    let squares = said.as_array().unwrap().iter().map(|one| {
        let [predicted, value] = ["predicted", "value"].map(|key| one[key][0].as_f64().unwrap());
        (predicted - value).powi(2)
    });
    let rmse = (squares.sum::<f64>() / 60.0).sqrt();
    assert!((rmse / errors["rmse"].as_f64().unwrap() - 1.0).abs() < 1e-6, "{rmse} is not {errors}");
    assert!(shell.succeed("predict houses.safetensors").contains("(it is "));
    let exported = shell.succeed("export houses.safetensors houses.onnx");
    assert!(exported.contains("values, in the units of the target"), "{exported}");
}

#[test]
fn how_a_table_was_read_is_said_once_and_described_at_length() {
    let shell = Shell::new();
    let rows: String = (0..60)
        .map(|row| {
            format!(
                "{};{};{};{}\n",
                row + 1,
                format!("{}.5", row % 9).replace('.', ","),
                ["red", "blue"][row % 2],
                row % 3
            )
        })
        .collect();
    shell.write("mine.csv", format!("id;size;colour;kind\n{rows}"));
    let answer = shell.run("train --dataset mine.csv --hidden 4 --batch 10 --steps 5");
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    let lines: Vec<&str> = answer.err.lines().filter(|line| line.starts_with("csv:mine.csv: ")).collect();
    assert_eq!(lines.len(), 2, "{}", answer.err);
    for said in [
        "60 lines",
        "3 columns used as 4 inputs",
        "3 classes, 0 (20)",
        "separator \";\", decimal comma, header",
    ] {
        assert!(lines[0].contains(said), "{said}: {}", lines[0]);
    }
    assert!(lines[1].contains("`ignore` (--ignore) leaves it out: `id`"), "{}", lines[1]);

    let described = shell.succeed("data describe mine.csv --ignore id");
    for said in
        ["colour", "blue (30), red (30)", "0.5 … 8.5", "ignore = [\"id\"]", "target_kind = \"classes\""]
    {
        assert!(described.contains(said), "{said}:\n{described}");
    }
    let korean = shell.succeed("data describe csv:mine.csv --lang ko");
    assert!(korean.contains("표 60줄") && korean.contains("실험 파일에 적을 키"), "{korean}");
    let json = shell.json("data describe mine.csv --target size");
    assert_eq!(json["target"]["column"], "size");
    assert_eq!(json["columns"][0]["index"], true);
}

#[test]
fn describing_names_what_keeps_a_table_from_being_learnt_from() {
    let shell = Shell::new();
    let rows: String = (0..30)
        .map(|row| {
            format!("{}.5,{},2024-01-{:02},{}\n", row, if row == 3 { "" } else { "7" }, row + 1, row % 2)
        })
        .collect();
    shell.write("mine.csv", format!("a,flat,when,t\n{rows}"));
    let described = shell.succeed("data describe mine.csv");
    for said in [
        "Before it can be learnt from:",
        "holds dates (`2024-01-01` in line 2)",
        "cells are missing in `flat` (1)",
    ] {
        assert!(described.contains(said), "{said}:\n{described}");
    }
    assert!(described.contains("ignore = [\"flat\", \"when\"]"), "{described}");
    let message = shell.fail("data describe nowhere.csv");
    assert!(message.contains("cannot read nowhere.csv"), "{message}");
}

#[test]
fn a_folder_of_images_is_described_learnt_and_judged() {
    let shell = Shell::new();
    let colour = include_bytes!("../../../data/tests/images/colour.jpg");
    let grey = include_bytes!("../../../data/tests/images/grey-progressive.jpg");
    for class in ["bright", "dark"] {
        std::fs::create_dir_all(shell.path("photos").join(class)).unwrap();
    }
    for number in 0..10 {
        shell.write(&format!("photos/bright/{number}.jpg"), colour);
        shell.write(&format!("photos/dark/{number}.jpg"), grey);
    }
    let described = shell.succeed("data describe photos --image-size 6x8");
    for said in [
        "20 images of 2 classes, bright (10), dark (10); each 6x8, in colour (scaled from 20x24…20x24)",
        "dataset = \"images:photos\"\nimage_size = [6, 8]",
    ] {
        assert!(described.contains(said), "{said}:\n{described}");
    }
    let korean = shell.succeed("data describe photos/ --lang ko");
    assert!(korean.contains("이미지 20장, 클래스 2개") && korean.contains("컬러"), "{korean}");
    assert_eq!(
        shell.json("data describe images:photos --image-channels 1")["shape"],
        serde_json::json!([20, 24])
    );
    let answer = shell.run(
        "train --dataset photos/ --image-size 6x8 --hidden 4 --batch 6 --steps 20 --save run.safetensors",
    );
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(answer.err.contains("images:photos/: 20 images of 2 classes"), "{}", answer.err);
    // The size is kept with the weights.
    let judged = shell.json("evaluate run.safetensors");
    assert_eq!(judged["examples"], 4);
    shell.succeed("data show photos/ 0");
    let refused = shell.run("train --dataset digits --image-size 6x8 --steps 1");
    assert!(refused.err.contains("is for data of your own; leave it out"), "{}", refused.err);
}

#[test]
fn what_is_not_known_is_predicted_and_not_judged() {
    let shell = Shell::new();
    let line = |row: usize| format!("{},{}", row % 7, row % 5);
    let table = |target: &dyn Fn(usize) -> String| -> String {
        (0..60).map(|row| format!("{},{}\n", line(row), target(row))).collect()
    };
    let new: String = (0..4).map(|row| line(row) + "\n").collect();
    shell.write("new.csv", format!("size,rooms\n{new}"));
    shell.write("price.csv", format!("size,rooms,price\n{}", table(&|row| format!("{}.5", 100 * (row % 7)))));
    shell.write("kind.csv", format!("size,rooms,kind\n{}", table(&|row| ["house", "flat"][row % 2].into())));
    for target in ["price", "kind"] {
        shell.succeed(&format!(
            "train --dataset {target}.csv --hidden 4 --batch 10 --steps 20 --save {target}.safetensors"
        ));
        let command = format!("predict {target}.safetensors --dataset new.csv");
        let said = shell.run(&command);
        assert_eq!((said.status, said.out.lines().count()), (Some(0), 4), "{}", said.err);
        assert!(said.err.contains(&format!("no target column `{target}`")), "{}", said.err);
        assert!(!said.out.contains("it is") && !said.out.contains("right"), "{}", said.out);
        let rows = shell.json(&command);
        let truth = if target == "price" { "value" } else { "label" };
        assert!(rows[3]["predicted"] != serde_json::Value::Null && rows[3][truth].is_null(), "{rows}");
        let refused = shell.fail(&format!("evaluate {target}.safetensors --dataset new.csv"));
        assert!(refused.contains("has no targets to judge by; `thalweg predict`"), "{refused}");
    }
}

#[test]
fn a_group_stays_in_one_part() {
    let shell = Shell::new();
    let rows: String = (0..60).map(|row| format!("{},p{},{}\n", row % 7, row / 4, row % 2)).collect();
    shell.write("visits.csv", format!("size,patient,kind\n{rows}"));
    let described = shell.succeed("data describe visits.csv --group patient");
    assert!(described.contains("keeps its lines in one part (group)"), "{described}");
    let train = "train --dataset visits.csv --hidden 4 --batch 10 --steps 5";
    let answer = shell.run(&format!("{train} --group patient --save run.safetensors"));
    assert_eq!(answer.status, Some(0), "{}", answer.err);
    assert!(answer.err.contains("1 column used"), "{}", answer.err);
    assert_eq!(shell.json("evaluate run.safetensors")["examples"], 12);
    let refused = shell.fail(&format!("{train} --group patient --validation 5"));
    assert!(refused.contains("would cut groups apart"), "{refused}");
    let refused = shell.fail("train --dataset digits --group patient --steps 5");
    assert!(refused.contains("`group` is for data of your own"), "{refused}");
}
