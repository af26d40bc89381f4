"""What changes plans, stands, who has which, and proposals."""

from festival.exhibitors.stands.actions.giving import add_wish as add_wish
from festival.exhibitors.stands.actions.giving import assign as assign
from festival.exhibitors.stands.actions.giving import faults_if_given as faults_if_given
from festival.exhibitors.stands.actions.giving import free as free
from festival.exhibitors.stands.actions.giving import pin as pin
from festival.exhibitors.stands.actions.giving import release_of as release_of
from festival.exhibitors.stands.actions.giving import remove_wish as remove_wish
from festival.exhibitors.stands.actions.plans import LayoutChanged as LayoutChanged
from festival.exhibitors.stands.actions.plans import PlanValues as PlanValues
from festival.exhibitors.stands.actions.plans import StandValues as StandValues
from festival.exhibitors.stands.actions.plans import add_row as add_row
from festival.exhibitors.stands.actions.plans import change_plan as change_plan
from festival.exhibitors.stands.actions.plans import change_stand as change_stand
from festival.exhibitors.stands.actions.plans import make_plan as make_plan
from festival.exhibitors.stands.actions.plans import move_stands as move_stands
from festival.exhibitors.stands.actions.plans import remove_plan as remove_plan
from festival.exhibitors.stands.actions.plans import remove_stand as remove_stand
from festival.exhibitors.stands.actions.plans import set_state as set_state
from festival.exhibitors.stands.actions.proposals import accept as accept
from festival.exhibitors.stands.actions.proposals import discard as discard
from festival.exhibitors.stands.actions.proposals import is_stale as is_stale
from festival.exhibitors.stands.actions.proposals import keep_result as keep_result
from festival.exhibitors.stands.actions.proposals import start_proposal as start_proposal
from festival.exhibitors.stands.actions.proposals import undo as undo
