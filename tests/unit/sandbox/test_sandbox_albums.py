"""Albums that are copied or forwarded: they become albums of their own, and one part alone is in none."""

from typing import Any

from tests.unit.sandbox.kit import WorldCase


class Albums(WorldCase):
    async def album(self, parts: int) -> list[int]:
        media = [{"type": "photo", "media": "attach://a"}] * parts
        sent = await self.result("sendMediaGroup", chat_id=1, media=media, a=b"content")
        return [part["message_id"] for part in sent]

    def groups(self, *numbers: int) -> list[Any]:
        return [self.world.chat(1).posts[number].extra.get("media_group_id") for number in numbers]

    async def test_two_albums_stay_two_and_are_not_the_old_ones(self) -> None:
        first, second = await self.album(2), await self.album(3)
        for method in ("copyMessages", "forwardMessages"):
            with self.subTest(method):
                sent = await self.result(method, chat_id=1, from_chat_id=1, message_ids=[*first, *second])
                new = self.groups(*(part["message_id"] for part in sent))
                self.assertEqual((len(set(new[:2])), len(set(new[2:])), len(set(new))), (1, 1, 2))
                self.assertTrue(set(new).isdisjoint({None, *self.groups(*first, *second)}))

    async def test_one_part_alone_is_in_no_album(self) -> None:
        numbers, text = await self.album(3), self.world.say(1, 1, "hello").message_id
        for method in ("copyMessages", "forwardMessages"):
            sent = await self.result(method, chat_id=1, from_chat_id=1, message_ids=[numbers[0], text])
            self.assertEqual(self.groups(*(part["message_id"] for part in sent)), [None, None])
        for method in ("copyMessage", "forwardMessage"):
            sent = await self.result(method, chat_id=1, from_chat_id=1, message_id=numbers[0])
            self.assertEqual(self.groups(sent["message_id"]), [None])
        (forwarded,) = self.world.forward(1, 1, [numbers[0]], 1)
        self.assertEqual(self.groups(forwarded.message_id), [None])
