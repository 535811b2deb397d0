// The kinds of faults in words: group, name, what happens, and whether it meets calls, updates or everything.

export const GROUPS = [
  ["The API answers an error", "calls", {
    flood: ["429, too many requests", "The bot is asked to wait."],
    error: ["An error of any status", "As JSON, such as 500 or 503."],
    unauthorized: ["401, unauthorized", "As if the token was revoked."],
    chat_not_found: ["400, chat not found", "As for a chat that never was."],
    migrate: ["400, group was upgraded", "Names the supergroup that a group became."],
    blocked: ["403, blocked by the user", "As for a person who has blocked the bot."],
    deactivated: ["403, user is deactivated", "As for a deleted account."],
    kicked_group: ["403, kicked from the group", "As for a basic group."],
    kicked_supergroup: ["403, kicked from the supergroup", "As for a supergroup."],
    kicked_channel: ["403, kicked from the channel", "As for a channel."],
    not_member: ["403, not a member", "As for a supergroup that the bot has left."],
    not_member_channel: ["403, not a member of the channel", "As for a channel that the bot has left."],
    group_deleted: ["403, the group was deleted", "As for a group that is no more."],
  }],
  ["The answer is broken", "calls", {
    bad_gateway: ["502 with HTML", "What a front end answers when nobody is behind it."],
    empty: ["An empty answer", "A status, and no body."],
    cut_json: ["JSON that is cut", "200, and the first half of an answer."],
    wrong_type: ["A result of a wrong type", "200, and a number that no method answers."],
    cut: ["The connection is closed", "In the place of an answer."],
    reset: ["The connection is reset", "In the place of an answer."],
  }],
  ["The answer is late", "calls", {
    slow: ["Slow", "The answer comes after a while."],
    hang: ["Hangs", "The answer comes when you let held calls go on."],
  }],
  ["Updates", "updates", {
    duplicate_update: ["An update comes twice", "Both times with the same update_id."],
    out_of_order: ["Updates are out of order", "The later ones come first; one alone has nothing to overtake."],
    undecodable_update: ["An update cannot be decoded", "Its date is a word; it stays so until it is confirmed."],
  }],
  ["Everything", "everything", {
    outage: ["Outage", "Every call and delivery fails for as long as it lasts."],
  }],
];

export const KINDS = Object.fromEntries(
  GROUPS.flatMap(([, meets, kinds]) => Object.entries(kinds).map(([kind, [name, meaning]]) => [kind, { meets, name, meaning }])),
);
