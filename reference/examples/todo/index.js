const { Node } = require("flatend");
const { Database } = require("node-sqlite3-wasm");
const fs = require("node:fs");
const path = require("node:path");

const db = new Database(process.env.DATABASE ?? "todos.db");
db.exec("CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT, state TEXT)");

const all = (ctx) => ctx.json(db.all("SELECT id, content, state FROM todo"));

const add = (ctx) =>
  ctx.json(db.run("INSERT INTO todo (content, state) VALUES (?, '')", ctx.headers["params.content"]));

const remove = (ctx) => ctx.json(db.run("DELETE FROM todo WHERE id = ?", ctx.headers["params.id"]));

const done = (ctx) => ctx.json(db.run("UPDATE todo SET state = 'done' WHERE id = ?", ctx.headers["params.id"]));

const serve = (name, type) => (ctx) => {
  ctx.header("content-type", `${type}; charset=utf-8`);
  fs.createReadStream(path.join(__dirname, "public", name)).pipe(ctx);
};

async function main() {
  await Node.start({
    addrs: [process.env.ADDR ?? "127.0.0.1:9000"],
    services: {
      todo_page: serve("index.html", "text/html"),
      todo_script: serve("main.js", "text/javascript"),
      all_todos: all,
      add_todo: add,
      remove_todo: remove,
      done_todo: done,
    },
  });
}

main().catch((err) => console.error(err));
