"""What is asked about reviews, decisions and the balance, by theme."""

from festival.exhibitors.reviewing.queries.answers import answered as answered
from festival.exhibitors.reviewing.queries.balance import balance_of as balance_of
from festival.exhibitors.reviewing.queries.balance import targets_of as targets_of
from festival.exhibitors.reviewing.queries.balance import trials_of as trials_of
from festival.exhibitors.reviewing.queries.conflicts import barred_names as barred_names
from festival.exhibitors.reviewing.queries.conflicts import conflict_between as conflict_between
from festival.exhibitors.reviewing.queries.conflicts import conflicts_of as conflicts_of
from festival.exhibitors.reviewing.queries.conflicts import is_barred as is_barred
from festival.exhibitors.reviewing.queries.conflicts import not_barred as not_barred
from festival.exhibitors.reviewing.queries.listing import PER_PAGE as PER_PAGE
from festival.exhibitors.reviewing.queries.listing import Listed as Listed
from festival.exhibitors.reviewing.queries.listing import Wanted as Wanted
from festival.exhibitors.reviewing.queries.listing import applications_with as applications_with
from festival.exhibitors.reviewing.queries.listing import choices_of as choices_of
from festival.exhibitors.reviewing.queries.listing import counts_seen_by as counts_seen_by
from festival.exhibitors.reviewing.queries.listing import list_page as list_page
from festival.exhibitors.reviewing.queries.listing import listed_all as listed_all
from festival.exhibitors.reviewing.queries.reviews import assignments_of as assignments_of
from festival.exhibitors.reviewing.queries.reviews import (
    count_unread_answers as count_unread_answers,
)
from festival.exhibitors.reviewing.queries.reviews import criteria_for as criteria_for
from festival.exhibitors.reviewing.queries.reviews import criteria_of as criteria_of
from festival.exhibitors.reviewing.queries.reviews import find_review as find_review
from festival.exhibitors.reviewing.queries.reviews import is_assigned as is_assigned
from festival.exhibitors.reviewing.queries.reviews import loads_of as loads_of
from festival.exhibitors.reviewing.queries.reviews import messages_about as messages_about
from festival.exhibitors.reviewing.queries.reviews import next_to_review as next_to_review
from festival.exhibitors.reviewing.queries.reviews import queue_of as queue_of
from festival.exhibitors.reviewing.queries.reviews import reviewers_of as reviewers_of
from festival.exhibitors.reviewing.queries.reviews import reviews_of as reviews_of
from festival.exhibitors.reviewing.queries.rounds import count_held_mails as count_held_mails
from festival.exhibitors.reviewing.queries.rounds import decisions_about as decisions_about
from festival.exhibitors.reviewing.queries.rounds import find_round as find_round
from festival.exhibitors.reviewing.queries.rounds import held_decision as held_decision
from festival.exhibitors.reviewing.queries.rounds import open_conditions as open_conditions
from festival.exhibitors.reviewing.queries.rounds import rounds_of as rounds_of
from festival.exhibitors.reviewing.queries.rounds import texts_of as texts_of
from festival.exhibitors.reviewing.queries.rounds import told_state as told_state
from festival.exhibitors.reviewing.queries.rounds import waiting_list as waiting_list
