"""What makes gates and slots, and what gives slots to exhibitors."""

from festival.portal.slots.actions.claiming import Load as Load
from festival.portal.slots.actions.claiming import SlotRefused as SlotRefused
from festival.portal.slots.actions.claiming import book_slot as book_slot
from festival.portal.slots.actions.claiming import cancel_slot as cancel_slot
from festival.portal.slots.actions.claiming import move_booking as move_booking
from festival.portal.slots.actions.claiming import release_of as release_of
from festival.portal.slots.actions.gates import GateValues as GateValues
from festival.portal.slots.actions.gates import change_gate as change_gate
from festival.portal.slots.actions.gates import make_gate as make_gate
from festival.portal.slots.actions.gates import remove_gate as remove_gate
from festival.portal.slots.actions.planning import Series as Series
from festival.portal.slots.actions.planning import SlotValues as SlotValues
from festival.portal.slots.actions.planning import change_slot as change_slot
from festival.portal.slots.actions.planning import make_slots as make_slots
from festival.portal.slots.actions.planning import move_state as move_state
from festival.portal.slots.actions.planning import remove_slot as remove_slot
from festival.portal.slots.actions.telling import remind_edition as remind_edition
