"""Widgets of the admin: the same as Django's, made faster."""

from django.contrib.admin.widgets import FilteredSelectMultiple
from django.test import SimpleTestCase

from botcore.admin.widgets import ManyChoices

CHOICES = [(1, "see <b>"), (2, 'say "hi" & go'), ("x'y", "two\nlines"), (4, "")]


class ManyChoicesTests(SimpleTestCase):
    """Hundreds of choices."""

    def test_it_is_what_django_draws(self) -> None:
        for value in ([], [2, 4], ["x'y", "7"], None):
            with self.subTest(value):
                ours = ManyChoices("rights", is_stacked=False, attrs={"id": "a"}, choices=CHOICES)
                django = FilteredSelectMultiple("rights", is_stacked=False, attrs={"id": "a"}, choices=CHOICES)
                self.assertHTMLEqual(ours.render("many", value), django.render("many", value))

    def test_it_may_have_no_choices(self) -> None:
        self.assertInHTML("<select name='many' multiple class='selectfilter' data-field-name='r' data-is-stacked='0'>",
                          ManyChoices("r", is_stacked=False).render("many", []))  # fmt: skip
