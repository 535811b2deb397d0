"""Values of the history: how several become one, and quantiles as Prometheus computes them."""

from django.test import SimpleTestCase

from botcore.monitoring.history.series import SERIES
from botcore.monitoring.history.values import (
    Value,
    add_buckets,
    of_counter,
    of_histogram,
    over_time,
    quantiles,
    read_row,
    write_values,
)

DELAY = SERIES["update_delay"]  # 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, …, 30


class ValueTests(SimpleTestCase):
    """Numbers only."""

    def test_values_that_follow_each_other_add_up_and_keep_their_extremes(self) -> None:
        both = over_time([Value(2, 10.0, 4.0, 6.0, (1, 1)), Value(1, 1.0, 1.0, 1.0, (0, 0, 1))])
        self.assertEqual(both, Value(3, 11.0, 1.0, 6.0, (1, 1, 1)))

    def test_buckets_of_different_length_add_up(self) -> None:
        self.assertEqual(add_buckets([(1,), (), (1, 2, 3)]), (2, 2, 3))
        self.assertEqual(add_buckets([(), ()]), ())

    def test_a_quantile_lies_in_its_bucket_as_if_values_were_spread_evenly(self) -> None:
        buckets = (0, 0, 0, 0, 0, 10, 10)  # 10 from 0.025 to 0.05, 10 from 0.05 to 0.1
        for share, expected in ((0.25, 0.0375), (0.5, 0.05), (0.75, 0.075), (1, 0.1)):
            self.assertAlmostEqual(quantiles(DELAY, buckets, [share])[0], expected)
        self.assertAlmostEqual(quantiles(DELAY, (4,), [0.5])[0], 0.0005)

    def test_what_lies_above_the_last_bound_counts_as_that_bound(self) -> None:
        beyond = (*[0] * len(DELAY.bounds), 3)
        self.assertEqual(quantiles(DELAY, beyond, [0.5, 0.99]), [30, 30])
        self.assertEqual(quantiles(DELAY, (), [0.5]), [])

    def test_a_histogram_is_bounded_by_its_filled_buckets(self) -> None:
        self.assertEqual(of_histogram(DELAY, 0.5, (0, 0, 2, 1)), Value(3, 0.5, 0.0025, 0.01, (0, 0, 2, 1)))
        self.assertEqual(of_histogram(DELAY, 0.0, ()), Value(0, 0.0, 0.0, 0.0))
        beyond = (*[0] * len(DELAY.bounds), 1)
        self.assertEqual(of_histogram(DELAY, 99.0, beyond).high, 30)

    def test_values_survive_the_database_with_six_digits(self) -> None:
        values = {
            "polls": of_counter(3.0),
            "errors": Value(1, 3.0, 0.0, 3.0),
            "update_delay": Value(4, 1 / 3, 0.001, 1e-9, (1, 0, 3)),
        }
        text = write_values(values)
        self.assertEqual(text, '{"polls":3,"errors":[1,3,0,3],"update_delay":[4,0.333333,0.001,1e-09,[1,0,3]]}')
        found = read_row(text, ["errors", "polls", "cpu"])
        self.assertEqual(found, {"errors": Value(1, 3, 0, 3), "polls": of_counter(3)})
