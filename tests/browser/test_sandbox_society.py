"""The sandbox's chat page: people, groups, invitations, what members are and may, and bots that are blocked."""

from playwright.sync_api import expect

from tests.browser.chromium import needs_chromium
from tests.browser.room_case import ALICE, BOB, CHARLIE, TEAM, RoomCase


@needs_chromium
class SocietyTests(RoomCase):
    """Who is where and as what."""

    def add(self, what: str) -> None:
        """Choose something behind the plus."""
        self.page.get_by_role("button", name="Add or join").click()
        self.page.get_by_role("menuitem", name=what).click()

    def test_a_new_person_is_made_and_one_is_them_at_once(self) -> None:
        self.add("New person")
        form = self.sheet("New person")
        form.get_by_label("First name").fill("Dora")
        form.get_by_label("Username").fill("dora")
        self.assert_accessible()
        form.get_by_role("button", name="Make it").click()
        expect(self.page.get_by_role("button", name="Dora")).to_have_attribute("aria-pressed", "true")
        self.page.get_by_role("button", name="Start", exact=True).click()
        self.assertEqual(self.updates("message")[0]["from"]["username"], "dora")

    def test_groups_of_all_kinds_are_made_with_whom_one_wants(self) -> None:
        for kind, subtitle in (("Basic group", "group · 2 people"), ("Channel", "channel · 2 subscribers"),
                               ("Forum: a supergroup with topics", "forum · 2 people")):  # fmt: skip
            self.add("New group or channel")
            form = self.sheet("New group or channel")
            form.get_by_label("Title").fill(f"My {kind}")
            form.get_by_label("Kind").select_option(label=kind)
            form.get_by_label("Everybody is in it").uncheck()
            form.get_by_label("Charlie Clark").uncheck()
            form.get_by_label("No name").uncheck()
            form.get_by_role("button", name="Make it").click()
            expect(self.page.get_by_role("heading", name=f"My {kind}", level=1)).to_be_visible()
            expect(self.page.locator("#chat-subtitle")).to_have_text(subtitle)
        self.page.get_by_role("button", name="Bob").click()
        expect(self.page.locator("#chats").get_by_role("button", name="My Channel")).to_be_visible()
        self.page.get_by_role("button", name="Charlie").click()
        expect(self.page.locator("#chats").get_by_role("button", name="Botdeck team")).to_be_visible()
        expect(self.page.locator("#chats").get_by_role("button", name="My Channel")).to_have_count(0)

    def test_who_follows_a_link_on_request_is_let_in_by_an_administrator(self) -> None:
        club = self.stack.sandbox("groups", title="Club", person=ALICE, members=[CHARLIE])["chat"]["chat"]
        alice = self.window(ALICE, club)
        alice.get_by_role("button", name="About this chat").click()
        about = self.sheet("About", alice)
        about.get_by_text("Invite links (0)").click()
        about.get_by_label("Whoever follows it must be let in").check()
        about.get_by_role("button", name="New link").click()
        expect(about.get_by_text("Invite links (1)")).to_be_visible()
        link = about.get_by_text("https://t.me/+").inner_text()
        alice.keyboard.press("Escape")
        bob = self.window(BOB)
        self.send(f"Come to {link}", BOB)
        self.messages(bob).first.get_by_role("link").click()
        expect(bob.get_by_text("An administrator must let you in.")).to_be_visible()
        expect(bob.locator("#chats").get_by_role("button", name="Club")).to_have_count(0)
        alice.get_by_role("button", name="About this chat").click()
        waiting = about.get_by_role("listitem").filter(has_text="asks to join")
        self.assert_accessible(alice)
        waiting.get_by_role("button", name="Let in").click()
        expect(waiting).to_have_count(0)
        bob.locator("#chats").get_by_role("button", name="Club").click()
        expect(bob.get_by_role("log")).to_contain_text("Bob joined")

    def test_an_administrator_is_made_with_rights_and_made_plain_again(self) -> None:
        page = self.window(ALICE, TEAM)
        page.get_by_role("button", name="About this chat").click()
        bob = self.sheet("About", page).get_by_role("listitem").filter(has_text="@bob")
        bob.get_by_role("button", name="What to do with Bob").click()
        page.get_by_role("menuitem", name="Make administrator").click()
        form = self.sheet("Bob: administrator", page)
        form.get_by_label("Delete messages").uncheck()
        form.get_by_label("Title, if any").fill("Deputy")
        self.assert_accessible(page)
        form.get_by_role("button", name="Make administrator").click()
        expect(bob).to_contain_text("Deputy")
        expect(bob).to_contain_text("restrict and ban members")
        expect(bob).not_to_contain_text("delete messages")
        bob.get_by_role("button", name="What to do with Bob").click()
        page.get_by_role("menuitem", name="Make plain member").click()
        expect(bob).not_to_contain_text("restrict and ban members")

    def test_a_member_is_restricted_banned_and_added_again(self) -> None:
        page, bobs = self.window(ALICE, TEAM), self.window(BOB, TEAM)
        page.get_by_role("button", name="About this chat").click()
        about = self.sheet("About", page)
        bob = about.get_by_role("listitem").filter(has_text="@bob")
        bob.get_by_role("button", name="What to do with Bob").click()
        page.get_by_role("menuitem", name="Restrict").click()
        self.sheet("Bob: restricted", page).get_by_role("button", name="Restrict").click()
        expect(bob).to_contain_text("may not send texts")
        expect(bobs.get_by_text("You may not write in this group.")).to_be_visible()
        bob.get_by_role("button", name="What to do with Bob").click()
        page.get_by_role("menuitem", name="Ban").click()
        self.sheet("Ban Bob", page).get_by_role("button", name="Ban").click()
        expect(bobs.get_by_text("You are banned from this chat.")).to_be_visible()
        about.get_by_label("Add somebody").select_option(label="Bob")
        about.get_by_role("button", name="Add", exact=True).click()
        expect(bobs.get_by_label("Message", exact=True)).to_be_visible()

    def test_one_leaves_and_joins_again(self) -> None:
        page = self.window(BOB, TEAM)
        page.get_by_role("button", name="What to do in this chat").click()
        page.get_by_role("menuitem", name="Leave").click()
        expect(page.get_by_text("You are not in this chat.")).to_be_visible()
        page.get_by_role("button", name="Join", exact=True).click()
        expect(page.get_by_label("Message", exact=True)).to_be_visible()
        self.assertEqual(
            [one["left_chat_member"]["id"] for one in self.updates("message") if "left_chat_member" in one], [BOB]
        )

    def test_the_owner_changes_the_title_and_others_do_not_find_the_form(self) -> None:
        page = self.window(ALICE, TEAM)
        page.get_by_role("button", name="About this chat").click()
        about = self.sheet("About", page)
        about.get_by_text("Change the title and more").click()
        about.get_by_label("Title", exact=True).fill("Crew")
        about.get_by_label("Public name").fill("crew")
        about.get_by_role("button", name="Change", exact=True).click()
        expect(about.get_by_role("heading", name="Crew")).to_be_visible()
        expect(about.get_by_text("@crew")).to_be_visible()
        about.get_by_text("For the owner").click()
        about.get_by_role("button", name="Have topics").click()
        expect(about.get_by_text("forum, supergroup")).to_be_visible()
        bob = self.window(BOB, TEAM)
        bob.get_by_role("button", name="About this chat").click()
        expect(self.sheet("About", bob).get_by_text("owner", exact=True)).to_be_visible()
        expect(bob.get_by_text("For the owner")).to_have_count(0)

    def test_who_may_post_writes_in_a_channel_and_others_read(self) -> None:
        channel = self.stack.sandbox("groups", title="News", type="channel", person=ALICE)["chat"]["chat"]
        page, bobs = self.window(ALICE, channel), self.window(BOB, channel)
        page.get_by_label("Message", exact=True).fill("Good news")
        page.get_by_role("button", name="Send").click()
        expect(self.messages(bobs).first).to_contain_text("Good news")
        expect(bobs.get_by_text("Only administrators write in this channel.")).to_be_visible()
        self.assertEqual(self.updates("channel_post")[0]["text"], "Good news")

    def test_a_topic_is_written_in_by_a_press_on_what_began_it(self) -> None:
        self.stack.sandbox("forum", chat=TEAM)
        topic = self.stack.sandbox("topic", person=ALICE, chat=TEAM, do="open", name="Tea")["topic"]
        page = self.window(ALICE, TEAM)
        page.get_by_text("Alice opened the topic “Tea”").click()
        expect(page.locator("#reply-text")).to_contain_text("Tea")
        page.get_by_label("Message", exact=True).fill("Two cups")
        page.get_by_role("button", name="Send").click()
        expect(self.messages(page).last.locator(".topic")).to_contain_text("Tea")
        self.assertEqual(self.updates("message")[-1]["message_thread_id"], topic)

    def test_a_bot_is_blocked_and_unblocked(self) -> None:
        self.page.get_by_role("button", name="What to do in this chat").click()
        self.page.get_by_role("menuitem", name="Block bot").click()
        expect(self.page.get_by_text("You blocked this bot.")).to_be_visible()
        expect(self.page.get_by_label("Message", exact=True)).to_be_hidden()
        self.page.get_by_role("button", name="Unblock").click()
        expect(self.page.get_by_label("Message", exact=True)).to_be_visible()
        changes = [one["new_chat_member"]["status"] for one in self.updates("my_chat_member")]
        self.assertEqual(changes, ["kicked", "member"])

    def test_a_bot_that_may_not_join_is_told_so_by_botfather_s_switches(self) -> None:
        self.page.get_by_role("button", name="About this chat").click()
        about = self.sheet("About")
        about.get_by_text("What BotFather lets it do").click()
        about.get_by_label("can join groups").uncheck()
        self.assert_accessible()
        expect(about.get_by_label("can join groups")).not_to_be_checked()
        self.assertFalse(self.call("getMe")["can_join_groups"])

    def test_several_bots_have_a_chat_each_and_stand_in_one_group(self) -> None:
        self.call("getMe", token="77:second")
        self.page.locator("#chats").get_by_role("button", name="Sandbox bot 77").click()
        self.page.get_by_role("button", name="Start", exact=True).click()
        self.assertEqual([one["text"] for one in self.updates("message")], [])
        heard = self.call("getUpdates", token="77:second")
        self.assertEqual(heard[0]["message"]["text"], "/start")
        self.page.get_by_role("button", name="Bob").click()
        expect(self.page.get_by_role("heading", name="Sandbox bot 77", level=1)).to_be_visible()

    def test_links_to_bots_and_names_lead_to_places_here(self) -> None:
        self.stack.sandbox("furnish", person=ALICE, chat=TEAM, username="crew")
        self.send("See @crew")
        self.messages().first.get_by_text("@crew").click()
        expect(self.page.get_by_role("heading", name="Botdeck team", level=1)).to_be_visible()
        page = self.window(BOB, TEAM)
        self.send('<a href="https://t.me/sandbox_bot?start=abc">Begin</a>', TEAM, parse_mode="HTML")
        self.messages(page).last.get_by_role("link", name="Begin").click()
        page.get_by_role("button", name="Start", exact=True).click()
        expect(self.messages(page).first).to_contain_text("/start abc")
