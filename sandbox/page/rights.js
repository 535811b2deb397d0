// The names of rights and permissions, and the forms that give them.

import { choice, field, form, input, openSheet } from "./sheet.js";
import { element } from "./elements.js";
import { post } from "./server.js";

const RIGHTS = {
  can_change_info: "Change the title, photo and description", can_post_messages: "Post messages", can_edit_messages: "Edit messages of others, pin",
  can_delete_messages: "Delete messages", can_restrict_members: "Restrict and ban members", can_invite_users: "Invite people",
  can_pin_messages: "Pin messages", can_manage_topics: "Manage topics", can_manage_video_chats: "Manage video chats",
  can_promote_members: "Make others administrators", can_manage_chat: "See what administrators see",
};
const OF_CHANNELS = ["can_post_messages", "can_edit_messages"];
const OF_GROUPS = ["can_pin_messages", "can_manage_topics"];
const PERMISSIONS = {
  can_send_messages: "Send texts", can_send_photos: "Send photos", can_send_videos: "Send videos", can_send_audios: "Send music",
  can_send_documents: "Send files", can_send_voice_notes: "Send voice messages", can_send_video_notes: "Send video messages",
  can_send_polls: "Send polls", can_send_other_messages: "Send stickers and GIFs", can_add_web_page_previews: "Add previews of links",
  can_react_to_messages: "React", can_change_info: "Change the title, photo and description", can_invite_users: "Invite people",
  can_pin_messages: "Pin messages", can_manage_topics: "Open topics", can_edit_tag: "Change their tag",
};
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS);
const HOUR = 3600;
const FOR = [["", "For ever"], [String(HOUR), "For an hour"], [String(24 * HOUR), "For a day"], [String(168 * HOUR), "For a week"]];

const rightsOf = (chat) => Object.entries(RIGHTS).filter(([name]) => !(chat.type === "channel" ? OF_GROUPS : OF_CHANNELS).includes(name));
const ends = (seconds) => (seconds ? { until: Math.floor(Date.now() / 1000) + Number(seconds) } : {});

// What somebody may do, in a line.
export function inWords(member, chat) {
  if (member.status === "administrator") return rightsOf(chat).filter(([name]) => member[name] && name !== "can_manage_chat").map(([, words]) => words.toLowerCase()).join(", ");
  if (member.status !== "restricted") return "";
  const missing = Object.entries(PERMISSIONS).filter(([name]) => !member[name]).map(([, words]) => words.toLowerCase());
  const until = member.until_date ? `, until ${new Date(member.until_date * 1000).toLocaleString()}` : "";
  return `may not ${missing.join(", ")}${until}`;
}

export function openPromotion(who, member, chat, wish) {
  const isOne = member.status === "administrator";
  const boxes = rightsOf(chat).map(([name, words]) => box("rights", name, words, isOne ? member[name] : name !== "can_promote_members"));
  const title = field("Title, if any", input("title", { maxLength: 16, value: member.custom_title || "" }));
  ask(`${who}: administrator`, "Make administrator", [rightsSet("May", boxes), title], (values) => post("/sandbox/member", { ...wish, do: "promote", ...values }));
}

export function openRestriction(who, member, wish) {
  const boxes = Object.entries(PERMISSIONS).map(([name, words]) => box("permissions", name, words, member.status === "restricted" ? member[name] : false));
  const until = field("How long", choice("for", FOR));
  ask(`${who}: restricted`, "Restrict", [rightsSet("May still", boxes), until], (values) =>
    post("/sandbox/member", { ...wish, do: "restrict", permissions: values.permissions, ...ends(values.for) }));
}

export function openBan(who, wish) {
  ask(`Ban ${who}`, "Ban", [field("How long", choice("for", FOR))], (values) => post("/sandbox/member", { ...wish, do: "ban", ...ends(values.for) }));
}

const box = (name, value, words, checked) => field(words, element("input", { type: "checkbox", name, value, checked: Boolean(checked) }));
const rightsSet = (words, boxes) => element("fieldset", { className: "group" }, element("legend", {}, words), ...boxes);

function ask(title, words, fields, onSubmit) {
  openSheet(title, (body, sheet) => {
    body.append(form(words, async (values) => (await onSubmit(values), sheet.close()), ...fields));
  });
}
