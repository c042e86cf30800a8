use std::hint::black_box;
use tinyweb::Request;

pub fn discount(request: &Request) -> anyhow::Result<()> {
    let rows = Vec::<String>::new();

    black_box(request["ORDER"].parse::<usize>()? / black_box(rows.len()));
    Ok(())
}

pub fn prices(request: &Request) -> anyhow::Result<()> {
    let rows = [("A-1", Some(10)), (request["SKU"].as_str(), None)];

    let reply = rows.iter().map(|(_, net)| net.unwrap() * 119 / 100).collect::<Vec<i32>>();
    black_box(reply);
    Ok(())
}

pub fn preview(request: &Request) -> anyhow::Result<()> {
    let text = format!("{}: ausverkauft", request["NAME"]);

    black_box(&text[..request["ORDER"].parse::<usize>()?]);
    Ok(())
}

pub fn stock(request: &Request) -> anyhow::Result<()> {
    let entry = request["COUNT"].parse::<u8>()?;

    black_box(entry.checked_mul(200).ok_or("too much").unwrap());
    Ok(())
}
