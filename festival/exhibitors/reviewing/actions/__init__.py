"""What changes the review and the decisions, by theme."""

from festival.exhibitors.reviewing.actions.assigning import assign as assign
from festival.exhibitors.reviewing.actions.assigning import distribute as distribute
from festival.exhibitors.reviewing.actions.balance import save_targets as save_targets
from festival.exhibitors.reviewing.actions.balance import try_decision as try_decision
from festival.exhibitors.reviewing.actions.changes import agree_to_changes as agree_to_changes
from festival.exhibitors.reviewing.actions.changes import refuse_changes as refuse_changes
from festival.exhibitors.reviewing.actions.messages import answer_question as answer_question
from festival.exhibitors.reviewing.actions.messages import ask_applicant as ask_applicant
from festival.exhibitors.reviewing.actions.messages import mark_read as mark_read
from festival.exhibitors.reviewing.actions.messages import tell_team as tell_team
from festival.exhibitors.reviewing.actions.rounds import Choice as Choice
from festival.exhibitors.reviewing.actions.rounds import decide_together as decide_together
from festival.exhibitors.reviewing.actions.rounds import release_round as release_round
from festival.exhibitors.reviewing.actions.rounds import save_texts as save_texts
from festival.exhibitors.reviewing.actions.rounds import undo_round as undo_round
from festival.exhibitors.reviewing.actions.rubric import CriterionFacts as CriterionFacts
from festival.exhibitors.reviewing.actions.rubric import save_rubric as save_rubric
from festival.exhibitors.reviewing.actions.scoring import declare_conflict as declare_conflict
from festival.exhibitors.reviewing.actions.scoring import give_review as give_review
from festival.exhibitors.reviewing.actions.scoring import lift_conflict as lift_conflict
from festival.exhibitors.reviewing.actions.waiting import move_up as move_up
from festival.exhibitors.reviewing.actions.waiting import put_last as put_last
