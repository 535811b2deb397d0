// What a message says that has no text of its own: places, contacts, polls, payments, and what happened in the chat.

const named = (who) => [who.first_name, who.last_name].filter(Boolean).join(" ") || "No name";
const place = (at) => `${at.latitude.toFixed(4)}, ${at.longitude.toFixed(4)}`;

function pollText(poll) {
  const lines = poll.options.map((option) => `• ${option.text}: ${option.voter_count}`);
  return [`${poll.type === "quiz" ? "Quiz" : "Poll"}${poll.is_closed ? ", closed" : ""}: ${poll.question}`, ...lines].join("\n");
}

// The field of a message that tells what it is, and how to say it; the first that is there counts.
const SAYINGS = {
  invoice: (one) => `${one.title}: ${one.description} (${one.total_amount} ${one.currency === "XTR" ? "Stars" : one.currency})`,
  successful_payment: (one) => `${one.total_amount} ${one.currency === "XTR" ? "Stars" : one.currency} were paid.`,
  refunded_payment: (one) => `${one.total_amount} Stars were given back.`,
  venue: (one) => `📍 ${one.title}, ${one.address} (${place(one.location)})`,
  location: (one) => `📍 ${place(one)}${one.live_period ? ", live" : ""}`,
  contact: (one) => `👤 ${named(one)}, ${one.phone_number}`,
  dice: (one) => `${one.emoji} ${one.value}`,
  poll: pollText,
  paid_media: (one) => `${one.paid_media.length} paid media for ${one.star_count} Stars`,
  users_shared: (one) => `Shared ${one.users.length === 1 ? "a user" : `${one.users.length} users`} with the bot.`,
  chat_shared: (one) => `Shared ${one.title ? `“${one.title}”` : "a chat"} with the bot.`,
  web_app_data: (one) => `Sent by “${one.button_text}”: ${one.data}`,
  pinned_message: (one) => `Pinned: ${one.text || one.caption || "a message"}`,
  new_chat_members: (people) => `${people.map(named).join(", ")} came.`,
  left_chat_member: (one) => `${named(one)} left.`,
  new_chat_title: (title) => `The chat is called “${title}” now.`,
  new_chat_photo: () => "The chat has a new photo.",
  delete_chat_photo: () => "The chat has no photo any more.",
  forum_topic_created: () => "The topic was opened.",
  forum_topic_edited: () => "The topic was changed.",
  forum_topic_closed: () => "The topic was closed.",
  forum_topic_reopened: () => "The topic was opened again.",
  general_forum_topic_hidden: () => "The General topic was hidden.",
  general_forum_topic_unhidden: () => "The General topic is shown again.",
  migrate_to_chat_id: () => "This group became a supergroup.",
  migrate_from_chat_id: () => "This supergroup was a group before.",
};

export function contentText(message) {
  const kind = Object.keys(SAYINGS).find((one) => message[one] !== undefined);
  return kind ? SAYINGS[kind](message[kind]) : "";
}
