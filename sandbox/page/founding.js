// New people and chats, and ways into those that are there: what stands behind the plus of the sidebar.

import { element } from "./elements.js";
import { openMenu } from "./menu.js";
import { post } from "./server.js";
import { button, choice, field, form, input, openSheet } from "./sheet.js";
import { groups, isInside, store } from "./store.js";

const KINDS = [["supergroup", "Supergroup"], ["group", "Basic group"], ["channel", "Channel"], ["forum", "Forum: a supergroup with topics"]];

// actions: enter(chat), become(person), join(wish)
export function openFounding(anchor, actions) {
  openMenu(anchor, "Add or join", [
    { words: "New group or channel", onDo: () => openGroup(actions) },
    { words: "New person", onDo: () => openPerson(actions) },
    { words: "Join a chat", onDo: () => openJoin(actions) },
  ]);
}

function openGroup({ enter }) {
  openSheet("New group or channel", (body, sheet) => {
    const others = store.people.filter((one) => one.id !== store.personId && !one.deleted);
    const boxes = others.slice(0, 50).map((one) => field(one.name, element("input", { type: "checkbox", name: "members", value: String(one.id), checked: true })));
    const make = async ({ title, type, everyone, members }) => {
      const chosen = everyone ? {} : { members: (members || []).map(Number) };
      const { chat } = await post("/sandbox/groups", { title, type: type === "forum" ? "supergroup" : type, person: store.personId, ...chosen });
      if (type === "forum") await post("/sandbox/forum", { chat: chat.chat });
      sheet.close();
      enter(chat);
    };
    const everyone = input("everyone", { type: "checkbox", checked: true });
    const people = element("fieldset", { className: "group", hidden: true }, element("legend", {}, "Who is in it besides you and the bots"), ...boxes);
    everyone.addEventListener("change", () => (people.hidden = everyone.checked));
    body.append(form("Make it", make, field("Title", input("title", { required: true, maxLength: 128 })), field("Kind", choice("type", KINDS)), field("Everybody is in it, also who comes later", everyone), people));
  });
}

function openPerson({ become }) {
  openSheet("New person", (body, sheet) => {
    const make = async (values) => {
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
      const { person } = await post("/sandbox/people", given);
      sheet.close();
      become(person);
    };
    body.append(form("Make it", make, field("First name", input("first_name", { required: true, maxLength: 64 })), field("Last name", input("last_name", { maxLength: 64 })),
      field("Username", input("username", { pattern: "[A-Za-z][A-Za-z0-9_]{3,31}" }), "4 to 32 letters, digits and underscores; empty is none"),
      field("Language", input("language", { value: "en", maxLength: 8 }))));
  });
}

function openJoin({ join }) {
  openSheet("Join a chat", (body, sheet) => {
    const follow = async ({ way }) => {
      const isLink = /\/\+|joinchat\//.test(way);
      await join(isLink ? { link: way } : { username: way.replace(/^(https?:\/\/)?t\.me\//, "").replace("@", "") });
      sheet.close();
    };
    body.append(form("Join", follow, field("Invite link or public name", input("way", { required: true, placeholder: "https://t.me/+… or @name" }))));
    const open = groups().filter((chat) => !isInside(chat, store.personId) && (chat.username || chat.everyone));
    const rows = open.map((chat) => element("li", { className: "row" }, element("span", { className: "entry-words" }, element("span", { className: "entry-name" }, chat.title), element("span", { className: "entry-about" }, chat.username ? `@${chat.username}` : chat.type)), button("Join", async () => (await join({ chat: chat.chat }), sheet.close()), "small primary")));
    if (rows.length) body.append(element("h3", {}, "Open to everybody"), element("ul", { className: "list" }, ...rows));
  });
}
