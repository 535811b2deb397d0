// The same as inline_keyboard.py with grammY, which `make test-grammy` installs in a folder of its own.

import { Bot, InlineKeyboard } from "grammy";

const bot = new Bot("1:sandbox", { client: { apiRoot: process.env.TELEGRAM_API_URL } });

bot.command("start", (context) =>
  context.reply("Please choose:", { reply_markup: new InlineKeyboard().text("Option 1", "1").text("Option 2", "2") }),
);

bot.on("callback_query:data", async (context) => {
  await context.answerCallbackQuery();
  await context.editMessageText(`Selected option: ${context.callbackQuery.data}`);
});

bot.on("message:text", (context) => context.reply(context.message.text));

process.once("SIGTERM", () => bot.stop());
await bot.start();
