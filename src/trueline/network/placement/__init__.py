"""Seats of trees with slots: who stands where, and where a newcomer goes.

===================================  ==================================================================
module                               what it holds
===================================  ==================================================================
``network.placement.seating``        :class:`Seats`, and newcomers seated one after the other
``network.placement.departures``     the earliest child takes the seat of whoever leaves
``network.placement.genealogy``      a tree of the facts as it stands on one day, and who waits
``network.placement.choices``        the reviewed list of seats and moves
``network.placement.proposal``       what a company could write into its edges on one day
``network.placement.rows``           a proposal as rows of the edges table
===================================  ==================================================================
"""
