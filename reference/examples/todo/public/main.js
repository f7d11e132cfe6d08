const list = document.querySelector("#todos");
const content = document.querySelector("#content");

const post = async (path) => {
  await fetch(path, { method: "POST" });
  await show();
};

const button = (text, path) => {
  const element = document.createElement("button");
  element.textContent = text;
  element.addEventListener("click", () => post(path));
  return element;
};

const show = async () => {
  const todos = await (await fetch("/todos")).json();
  list.replaceChildren(
    ...todos.map(({ id, content, state }) => {
      const text = document.createElement("span");
      text.textContent = content;
      text.className = state;
      const item = document.createElement("li");
      item.append(text, button("Done", `/todos/done/${id}`), button("Remove", `/todos/remove/${id}`));
      return item;
    }),
  );
};

document.querySelector("#new").addEventListener("submit", async (event) => {
  event.preventDefault();
  await post(`/todos/add/${encodeURIComponent(content.value)}`);
  content.value = "";
});

show();
